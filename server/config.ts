import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Rules } from './kernel/context.ts';
import { type Settings, settingsSchema } from './settings.ts';

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
  /** False, the number of proxies in front, or their networks. */
  readonly trustProxy: false | number | string[];
  readonly maxConnections: number;
  readonly metricsToken: string | null;
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
    maxConnections: settings.CANDOR_MAX_CONNECTIONS,
    metricsToken: settings.CANDOR_METRICS_TOKEN ?? null,
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
      isOutboxRead: !isProduction,
    },
    bankAccount: parseBankAccount(settings),
    operator: {
      username: settings.CANDOR_OPERATOR_USERNAME,
      password: settings.CANDOR_OPERATOR_PASSWORD ?? null,
    },
  };
}

/** @throws ConfigError for what would send cookies, keys or the operator's account to whoever listens or guesses. */
function refuseDangers(settings: Settings): void {
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

function parseBankAccount(settings: Settings): BankAccount | null {
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

function parseVault(settings: Settings, dataDir: string): VaultConfig {
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

function parseSmtp({ CANDOR_SMTP_URL: url, CANDOR_MAIL_FROM: from }: Settings) {
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

/** `NAME=` in an .env file means "not set". */
function withoutEmpty(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) =>
      value === undefined || value === '' ? [] : [[name, value]],
    ),
  );
}
