import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import type { Rules } from './kernel/context.ts';

const booleanText = z.enum(['true', 'false']).transform((text) => text === 'true');

/** Every setting of the server. The only reader of the environment; `docs/guide` and `.env.example` come from here. */
const settingsSchema = z.object({
  HOST: z
    .string()
    .default('127.0.0.1')
    .describe('Address to listen on. Put a TLS proxy in front before opening it to others.'),
  PORT: z.coerce.number().int().min(0).max(65535).default(8787).describe('Port of console and API.'),
  CANDOR_DATA: z
    .string()
    .default('.candor')
    .describe('Folder of the embedded database, secrets and model files.'),
  CANDOR_PUBLIC_URL: z
    .url()
    .optional()
    .describe('Address people use, for links and cookies. Default: http://HOST:PORT.'),
  DATABASE_URL: z
    .string()
    .optional()
    .describe('Owner of a PostgreSQL 15 or newer, to use instead of the embedded one.'),
  CANDOR_VAULT: z
    .enum(['local', 'transit'])
    .default('local')
    .describe('Where the keys of personal data are kept: local (a folder) or transit (a KMS, OpenBao API).'),
  CANDOR_VAULT_DIR: z
    .string()
    .optional()
    .describe('Folder of the vault, never backed up with the database. Default: CANDOR_DATA/vault.'),
  CANDOR_VAULT_URL: z.url().optional().describe('Address of the KMS, with CANDOR_VAULT=transit.'),
  CANDOR_VAULT_TOKEN: z.string().optional().describe('Token of the KMS, with CANDOR_VAULT=transit.'),
  CANDOR_VAULT_KEY: z
    .string()
    .default('candor')
    .describe('Name of a transit key that belongs to this installation alone.'),
  CANDOR_AUDIT_ANCHORS: z
    .string()
    .optional()
    .describe(
      'Folders outside the database that remember the signed audit log, separated by commas; best on other machines or disks. Default: CANDOR_DATA/audit-anchor.',
    ),
  CANDOR_BACKUP_DAYS: z.coerce
    .number()
    .int()
    .min(0)
    .max(3650)
    .default(30)
    .describe(
      'Days after which your backups and archived write-ahead log of the database are gone; certificates of erasure state it.',
    ),
  CANDOR_ENVIRONMENT: z
    .enum(['development', 'production'])
    .default('development')
    .describe('In production dangerous defaults refuse to start.'),
  CANDOR_LOG_LEVEL: z
    .enum(['silent', 'error', 'warn', 'info', 'debug'])
    .default('info')
    .describe('Least important log line to print.'),
  CANDOR_TRUST_PROXY: booleanText
    .default(false)
    .describe('Believe X-Forwarded-For and X-Forwarded-Proto of a proxy in front.'),
  CANDOR_MODEL: z
    .string()
    .default('auto')
    .describe(
      'Local model: auto (SmolLM2-135M, else a generated one), generated, none, or the path of a GGUF file.',
    ),
  CANDOR_MODEL_THREADS: z.coerce
    .number()
    .int()
    .min(1)
    .optional()
    .describe('Threads of the local model. Default: cores - 1.'),
  CANDOR_SANDBOX_PAYMENTS: booleanText
    .optional()
    .describe('Offer the sandbox payment channel. Default: only in development.'),
  CANDOR_PRIVATE_UPSTREAMS: booleanText
    .optional()
    .describe(
      'Let upstreams be at loopback and private addresses, where model servers of your own usually are. Cloud metadata and the services of this installation are refused in any case. Default: only in development.',
    ),
  CANDOR_GATEWAY_DURABILITY: z
    .enum(['strict', 'standard'])
    .default('strict')
    .describe(
      'strict: the end of an answer waits until its charge is in the books. standard: it does not, and a crash may lose the charges of answers that ended within 250 ms of each other; when the books are slower than that, answers wait as in strict.',
    ),
  CANDOR_GATEWAY_BOOK_PATIENCE_MS: z.coerce
    .number()
    .int()
    .min(0)
    .max(600_000)
    .default(15_000)
    .describe(
      'How long a finished answer of which nothing has been sent waits for its charge. After that it is refused with 503 and not charged; if the charge may already be in the books, the answer is sent late instead.',
    ),
  CANDOR_SMTP_URL: z
    .url({
      protocol: /^smtps?$/,
      error: 'must be smtps://user:password@host:465 or smtp://user:password@host:587',
    })
    .optional()
    .describe('Submission server for mail, with TLS. Without it mail stays in the outbox.'),
  CANDOR_MAIL_FROM: z
    .string()
    .regex(/^([^<>@\r\n]+ <)?[^\s<>@]+@[^\s<>@]+>?$/, 'must be an address or: Name <address>')
    .optional()
    .describe('Sender of mail, an address or: Name <address>. Needed with CANDOR_SMTP_URL.'),
  CANDOR_COOLING_OFF_HOURS: z.coerce
    .number()
    .int()
    .min(1)
    .max(168)
    .default(72)
    .describe(
      'Hours in which a changed password, phone number or e-mail address does not yet confirm an export, an erasure or another change, and in which the earlier contact can undo the change.',
    ),
  CANDOR_SMS_COUNTRIES: z
    .string()
    .regex(/^[A-Z]{2}(,[A-Z]{2})*$/, 'must be codes such as CN,HK')
    .default('CN')
    .describe('Countries (ISO 3166-1) whose phone numbers get text messages, separated by commas.'),
  CANDOR_BANK_ACCOUNT_NAME: z
    .string()
    .max(100)
    .optional()
    .describe(
      'Account name that customers send bank transfers to. Shown to who is logged in; set all three.',
    ),
  CANDOR_BANK_NAME: z.string().max(100).optional().describe('Bank of that account.'),
  CANDOR_BANK_ACCOUNT: z
    .string()
    .regex(/^[0-9A-Z][0-9A-Z -]{3,39}$/, 'must be an account number or IBAN')
    .optional()
    .describe('Number of that account.'),
  CANDOR_OPERATOR_USERNAME: z
    .string()
    .min(2)
    .max(40)
    .default('operator')
    .describe('Name of the first operator account.'),
  CANDOR_OPERATOR_PASSWORD: z
    .string()
    .min(10)
    .optional()
    .describe('Its password. Default: generated and printed once.'),
});

/** Where the keys of personal data are. The folder holds wrapped keys in both cases. */
export type VaultConfig =
  | { readonly driver: 'local'; readonly folder: string }
  | {
      readonly driver: 'transit';
      readonly folder: string;
      readonly address: string;
      readonly token: string;
      readonly keyName: string;
    };

export interface Config {
  readonly host: string;
  readonly port: number;
  readonly dataDir: string;
  readonly publicUrl: string;
  readonly databaseUrl: string | null;
  readonly vault: VaultConfig;
  /** Until when deleted bytes may still be in backups of the database. */
  readonly backupDays: number;
  /** Folders that remember the signed audit log. */
  readonly auditAnchors: readonly string[];
  readonly isProduction: boolean;
  readonly logLevel: string;
  readonly trustProxy: boolean;
  readonly model: string;
  readonly modelThreads: number | null;
  readonly sandboxPayments: boolean;
  /** Upstreams may be at loopback and private addresses. */
  readonly privateUpstreams: boolean;
  readonly gatewayDurability: 'strict' | 'standard';
  /** How mail leaves the installation; null where it stays in the outbox. */
  readonly smtp: { readonly url: string; readonly from: string } | null;
  readonly gatewayBookPatienceMs: number;
  /** What verbs go by. */
  readonly rules: Rules;
  /** Where customers send bank transfers; null where nobody said. */
  readonly bankAccount: BankAccount | null;
  readonly operator: { readonly username: string; readonly password: string | null };
}

export interface BankAccount {
  readonly accountName: string;
  readonly bankName: string;
  readonly accountNumber: string;
}

/** A setting is missing, malformed or dangerous; the message names it and the rule. */
export class ConfigError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ConfigError';
  }
}

/** @throws ConfigError naming each setting and its rule. */
export function parseConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const parsed = settingsSchema.safeParse(withoutEmpty(environment));
  if (!parsed.success) {
    throw new ConfigError(
      parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('\n'),
    );
  }
  const settings = parsed.data;
  const isProduction = settings.CANDOR_ENVIRONMENT === 'production';
  const sandboxPayments = settings.CANDOR_SANDBOX_PAYMENTS ?? !isProduction;
  if (isProduction && sandboxPayments) {
    throw new ConfigError(
      'CANDOR_SANDBOX_PAYMENTS: the sandbox channel gives money away; it must be false in production',
    );
  }
  if (isProduction && settings.CANDOR_PUBLIC_URL === undefined) {
    throw new ConfigError(
      'CANDOR_PUBLIC_URL: must be set in production, so that cookies and links are right',
    );
  }
  if (isProduction) refuseDangers(settings);
  const dataDir = folderAt(settings.CANDOR_DATA);
  const publicUrl = (settings.CANDOR_PUBLIC_URL ?? `http://${settings.HOST}:${settings.PORT}`).replace(
    /\/$/,
    '',
  );
  return {
    host: settings.HOST,
    port: settings.PORT,
    dataDir,
    publicUrl,
    databaseUrl: settings.DATABASE_URL ?? null,
    vault: parseVault(settings, dataDir),
    backupDays: settings.CANDOR_BACKUP_DAYS,
    auditAnchors: parseAnchors(settings.CANDOR_AUDIT_ANCHORS, dataDir),
    isProduction,
    logLevel: settings.CANDOR_LOG_LEVEL,
    trustProxy: settings.CANDOR_TRUST_PROXY,
    model: settings.CANDOR_MODEL,
    modelThreads: settings.CANDOR_MODEL_THREADS ?? null,
    sandboxPayments,
    privateUpstreams: settings.CANDOR_PRIVATE_UPSTREAMS ?? !isProduction,
    gatewayDurability: settings.CANDOR_GATEWAY_DURABILITY,
    smtp: parseSmtp(settings),
    gatewayBookPatienceMs: settings.CANDOR_GATEWAY_BOOK_PATIENCE_MS,
    rules: {
      publicUrl,
      coolingOffMs: settings.CANDOR_COOLING_OFF_HOURS * 60 * 60 * 1000,
      smsCountries: settings.CANDOR_SMS_COUNTRIES.split(','),
    },
    bankAccount: parseBankAccount(settings),
    operator: {
      username: settings.CANDOR_OPERATOR_USERNAME,
      password: settings.CANDOR_OPERATOR_PASSWORD ?? null,
    },
  };
}

/** @throws ConfigError for what would send cookies, keys or the operator's account to whoever listens or guesses. */
function refuseDangers(settings: z.infer<typeof settingsSchema>): void {
  const { CANDOR_PUBLIC_URL: publicUrl, CANDOR_VAULT_URL: vaultUrl } = settings;
  if (publicUrl !== undefined && !publicUrl.startsWith('https://')) {
    throw new ConfigError(
      'CANDOR_PUBLIC_URL: must begin with https:// in production, because sessions and API keys travel over it',
    );
  }
  if (settings.CANDOR_VAULT === 'transit' && vaultUrl !== undefined && !isPrivateWay(vaultUrl)) {
    throw new ConfigError(
      'CANDOR_VAULT_URL: must begin with https:// in production (or be an agent on this machine), because keys of persons travel over it',
    );
  }
  const password = settings.CANDOR_OPERATOR_PASSWORD;
  if (password !== undefined && isGuessable(password)) {
    throw new ConfigError(
      'CANDOR_OPERATOR_PASSWORD: in production it needs at least 16 characters, 8 of them different; without the setting one is generated',
    );
  }
}

function isPrivateWay(address: string): boolean {
  const { protocol, hostname } = new URL(address);
  return protocol === 'https:' || ['127.0.0.1', '[::1]', 'localhost'].includes(hostname);
}

function isGuessable(password: string): boolean {
  return [...password].length < 16 || new Set(password.toLowerCase()).size < 8;
}

function parseBankAccount(settings: z.infer<typeof settingsSchema>): BankAccount | null {
  const {
    CANDOR_BANK_ACCOUNT_NAME: accountName,
    CANDOR_BANK_NAME: bankName,
    CANDOR_BANK_ACCOUNT: accountNumber,
  } = settings;
  if (accountName === undefined && bankName === undefined && accountNumber === undefined) return null;
  if (accountName === undefined || bankName === undefined || accountNumber === undefined)
    throw new ConfigError('CANDOR_BANK_ACCOUNT_NAME, CANDOR_BANK_NAME, CANDOR_BANK_ACCOUNT: set all three');
  return { accountName, bankName, accountNumber };
}

function parseVault(settings: z.infer<typeof settingsSchema>, dataDir: string): VaultConfig {
  const folder = folderAt(settings.CANDOR_VAULT_DIR ?? join(dataDir, 'vault'));
  if (settings.CANDOR_VAULT === 'local') return { driver: 'local', folder };
  const { CANDOR_VAULT_URL: address, CANDOR_VAULT_TOKEN: token, CANDOR_VAULT_KEY: keyName } = settings;
  if (address === undefined || token === undefined) {
    throw new ConfigError(
      'CANDOR_VAULT: transit needs CANDOR_VAULT_URL and CANDOR_VAULT_TOKEN, the address of the KMS and its token',
    );
  }
  return { driver: 'transit', folder, address, token, keyName };
}

function parseSmtp({ CANDOR_SMTP_URL: url, CANDOR_MAIL_FROM: from }: z.infer<typeof settingsSchema>) {
  if (url === undefined) return null;
  if (from === undefined) throw new ConfigError('CANDOR_MAIL_FROM: must be set with CANDOR_SMTP_URL');
  return { url, from };
}

function parseAnchors(list: string | undefined, dataDir: string): string[] {
  const folders = (list ?? '').split(',').flatMap((folder) => folder.trim() || []);
  return folders.length === 0 ? [join(dataDir, 'audit-anchor')] : folders.map(folderAt);
}

function folderAt(path: string): string {
  return resolve(path.replace(/^~(?=\/|$)/, homedir()));
}

/** Reads the process environment. */
export function readConfig(): Config {
  return parseConfig(process.env);
}

/** Name, default and description of every setting, for `.env.example` and the guide. */
export function describeSettings(): { name: string; default: string | null; description: string }[] {
  return Object.entries(settingsSchema.shape).map(([name, schema]) => {
    const parsed = schema.safeParse(undefined);
    return {
      name,
      default: parsed.success && parsed.data !== undefined ? String(parsed.data) : null,
      description: schema.description ?? '',
    };
  });
}

/** `NAME=` in an .env file means "not set". */
function withoutEmpty(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) =>
      value === undefined || value === '' ? [] : [[name, value]],
    ),
  );
}
