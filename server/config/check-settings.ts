import type { z } from 'zod';
import { type Settings, settingsSchema } from './settings.ts';

export type Environment = Readonly<Record<string, string>>;

/** Everything that is wrong with the settings, a line each: the name and what the setting must be. */
export function findWrongSettings(environment: Environment): string[] {
  const settings: Partial<Settings> = {};
  const wrong: string[] = [];
  for (const [name, schema] of Object.entries(settingsSchema.shape)) {
    const parsed = schema.safeParse(environment[name]);
    if (parsed.success) Object.assign(settings, { [name]: parsed.data });
    else wrong.push(...parsed.error.issues.map((issue) => `${name}: ${inWords(issue)}`));
  }
  return [...wrong, ...incomplete(settings), ...dangers(settings, environment), ...misspelt(environment)];
}

/** Variables with our prefix that are no setting, and close to none. */
export function unknownSettings(environment: Environment): string[] {
  return strangers(environment).filter((name) => nearestSetting(name) === null);
}

function inWords(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be a ${issue.expected === 'int' ? 'whole number' : issue.expected}`;
    case 'too_small':
      return issue.origin === 'string'
        ? `must have at least ${issue.minimum} characters`
        : `must be ${issue.minimum} or more`;
    case 'too_big':
      return issue.origin === 'string'
        ? `must have at most ${issue.maximum} characters`
        : `must be ${issue.maximum} or less`;
    case 'invalid_value':
      return `must be ${issue.values.join(' or ')}`;
    case 'invalid_format':
      return issue.message.startsWith('must')
        ? issue.message
        : 'must be an address such as https://example.com';
    default:
      return issue.message;
  }
}

/** What only makes sense together. */
function incomplete(settings: Partial<Settings>): string[] {
  const wrong: string[] = [];
  const bank = [settings.CANDOR_BANK_ACCOUNT_NAME, settings.CANDOR_BANK_NAME, settings.CANDOR_BANK_ACCOUNT];
  const given = bank.filter((value) => value !== undefined).length;
  if (given > 0 && given < bank.length)
    wrong.push('CANDOR_BANK_ACCOUNT_NAME, CANDOR_BANK_NAME, CANDOR_BANK_ACCOUNT: set all three');
  const hasKms = settings.CANDOR_VAULT_URL !== undefined && settings.CANDOR_VAULT_TOKEN !== undefined;
  if (settings.CANDOR_VAULT === 'transit' && !hasKms)
    wrong.push(
      'CANDOR_VAULT: transit needs CANDOR_VAULT_URL and CANDOR_VAULT_TOKEN, the address of the KMS and its token',
    );
  const { CANDOR_ROLE: role = 'all' } = settings;
  if (role !== 'all' && settings.DATABASE_URL === undefined)
    wrong.push(
      `DATABASE_URL: must be set with CANDOR_ROLE=${role}, because only a process that does everything brings a database along`,
    );
  if (settings.CANDOR_SMTP_URL !== undefined && settings.CANDOR_MAIL_FROM === undefined)
    wrong.push('CANDOR_MAIL_FROM: must be set with CANDOR_SMTP_URL');
  return wrong;
}

/** What in production would give money away, or send cookies, keys or the operator's account to an attacker who listens or guesses. */
function dangers(settings: Partial<Settings>, environment: Environment): string[] {
  if (settings.CANDOR_ENVIRONMENT !== 'production') return [];
  const wrong: string[] = [];
  if (settings.CANDOR_SANDBOX_PAYMENTS === true)
    wrong.push(
      'CANDOR_SANDBOX_PAYMENTS: the sandbox channel gives money away; it must be false in production',
    );
  if (environment['CANDOR_PUBLIC_URL'] === undefined)
    wrong.push('CANDOR_PUBLIC_URL: must be set in production, so that cookies and links are right');
  const { CANDOR_PUBLIC_URL: publicUrl, CANDOR_VAULT_URL: vaultUrl } = settings;
  if (publicUrl !== undefined && !publicUrl.startsWith('https://'))
    wrong.push(
      'CANDOR_PUBLIC_URL: must begin with https:// in production, because sessions and API keys travel over it',
    );
  if (settings.CANDOR_VAULT === 'transit' && vaultUrl !== undefined && !isPrivateWay(vaultUrl))
    wrong.push(
      'CANDOR_VAULT_URL: must begin with https:// in production (or be an agent on this machine), because keys of persons travel over it',
    );
  const password = settings.CANDOR_OPERATOR_PASSWORD;
  if (password !== undefined && isGuessable(password))
    wrong.push(
      'CANDOR_OPERATOR_PASSWORD: in production it needs at least 16 characters, 8 of them different; without the setting one is generated',
    );
  return wrong;
}

function isPrivateWay(address: string): boolean {
  const { protocol, hostname } = new URL(address);
  return protocol === 'https:' || ['127.0.0.1', '[::1]', 'localhost'].includes(hostname);
}

function isGuessable(password: string): boolean {
  return [...password].length < 16 || new Set(password.toLowerCase()).size < 8;
}

/** A misspelt setting would silently be its default: "CANDOR_ENVIROMENT=production" would be development. */
function misspelt(environment: Environment): string[] {
  return strangers(environment).flatMap((name) => {
    const nearest = nearestSetting(name);
    return nearest === null ? [] : [`${name}: there is no such setting; ${nearest} is meant`];
  });
}

const prefix = 'CANDOR_';
/** Set by our own scripts and tests. */
const ofScripts = /^CANDOR_(PARENT_PID|TEST_.*|CHROMIUM|KILL_SEED|LAST_SIGHTS|URL|API)$/;

function strangers(environment: Environment): string[] {
  return Object.keys(environment).filter(
    (name) => name.startsWith(prefix) && !Object.hasOwn(settingsSchema.shape, name) && !ofScripts.test(name),
  );
}

/** A fifth of its letters may be wrong, and the prefix too many. */
function nearestSetting(name: string): string | null {
  const bare = name.slice(prefix.length);
  const mostEdits = Math.max(1, Math.floor(bare.length / 5));
  const [nearest] = Object.keys(settingsSchema.shape)
    .map((setting) => ({ setting, edits: editsBetween(bare, setting.replace(prefix, '')) }))
    .toSorted((one, other) => one.edits - other.edits);
  return nearest !== undefined && nearest.edits <= mostEdits ? nearest.setting : null;
}

/** Levenshtein's distance. */
function editsBetween(one: string, other: string): number {
  let before = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (const [row, letter] of [...one].entries()) {
    const current = [row + 1];
    for (const [at, otherLetter] of [...other].entries()) {
      const replaced = (before[at] ?? 0) + (letter === otherLetter ? 0 : 1);
      current.push(Math.min(replaced, (before[at + 1] ?? 0) + 1, (current[at] ?? 0) + 1));
    }
    before = current;
  }
  return before[other.length] ?? 0;
}
