import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Role } from '../declare/roles.ts';
import type { Rules } from '../kernel/context.ts';
import { findWrongSettings, unknownSettings } from './check-settings.ts';
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
  readonly role: Role;
  readonly host: string;
  readonly port: number;
  readonly dataDir: string;
  readonly publicUrl: string;
  /** Browsers keep to https for every host below ours too. */
  readonly isHttpsBelow: boolean;
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
  /** 0: never. */
  readonly gatewayKeepAliveMs: number;
  /** What verbs go by. */
  readonly rules: Rules;
  /** Where customers send bank transfers; null where it is not set. */
  readonly bankAccount: BankAccount | null;
  readonly operator: { readonly username: string; readonly password: string | null };
}

export interface BankAccount {
  readonly accountName: string;
  readonly bankName: string;
  readonly accountNumber: string;
}

/** Settings are missing, malformed, misspelt or dangerous; the message names each and its rule. */
export class ConfigError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ConfigError';
  }
}

/** @throws ConfigError naming each setting and its rule. */
export function parseConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const given = withoutEmpty(environment);
  const wrong = findWrongSettings(given);
  if (wrong.length > 0) throw new ConfigError(wrong.join('\n'));
  const settings = settingsSchema.parse(given);
  const isProduction = settings.CANDOR_ENVIRONMENT === 'production';
  const dataDir = folderAt(settings.CANDOR_DATA);
  const publicUrl = (settings.CANDOR_PUBLIC_URL ?? `http://${settings.HOST}:${settings.PORT}`).replace(
    /\/$/,
    '',
  );
  return {
    role: settings.CANDOR_ROLE,
    host: settings.HOST,
    port: settings.PORT,
    dataDir,
    publicUrl,
    isHttpsBelow: settings.CANDOR_HSTS_SUBDOMAINS,
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
    sandboxPayments: settings.CANDOR_SANDBOX_PAYMENTS ?? !isProduction,
    privateUpstreams: settings.CANDOR_PRIVATE_UPSTREAMS ?? !isProduction,
    gatewayDurability: settings.CANDOR_GATEWAY_DURABILITY,
    smtp: parseSmtp(settings),
    gatewayBookPatienceMs: settings.CANDOR_GATEWAY_BOOK_PATIENCE_MS,
    gatewayKeepAliveMs: settings.CANDOR_GATEWAY_KEEP_ALIVE_SECONDS * 1000,
    rules: {
      publicUrl,
      coolingOffMs: settings.CANDOR_COOLING_OFF_HOURS * 60 * 60 * 1000,
      smsCountries: settings.CANDOR_SMS_COUNTRIES.split(','),
      showsUnsentMessages: !isProduction,
    },
    bankAccount: parseBankAccount(settings),
    operator: {
      username: settings.CANDOR_OPERATOR_USERNAME,
      password: settings.CANDOR_OPERATOR_PASSWORD ?? null,
    },
  };
}

function parseBankAccount(settings: Settings): BankAccount | null {
  const {
    CANDOR_BANK_ACCOUNT_NAME: accountName,
    CANDOR_BANK_NAME: bankName,
    CANDOR_BANK_ACCOUNT: accountNumber,
  } = settings;
  if (accountName === undefined || bankName === undefined || accountNumber === undefined) return null;
  return { accountName, bankName, accountNumber };
}

function parseVault(settings: Settings, dataDir: string): VaultConfig {
  const folder = folderAt(settings.CANDOR_VAULT_DIR ?? join(dataDir, 'vault'));
  const { CANDOR_VAULT_URL: address, CANDOR_VAULT_TOKEN: token, CANDOR_VAULT_KEY: keyName } = settings;
  if (settings.CANDOR_VAULT === 'local' || address === undefined || token === undefined)
    return { driver: 'local', folder };
  return { driver: 'transit', folder, address, token, keyName };
}

function parseSmtp({ CANDOR_SMTP_URL: url, CANDOR_MAIL_FROM: from }: Settings) {
  if (url === undefined || from === undefined) return null;
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
  for (const name of unknownSettings(withoutEmpty(process.env)))
    process.stderr.write(`${name}: there is no such setting, it changes nothing\n`);
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
