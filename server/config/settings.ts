import { isIP } from 'node:net';
import { z } from 'zod';
import { roles } from '../declare/roles.ts';

const booleanText = z.enum(['true', 'false']).transform((text) => text === 'true');

/** `false`, `2`, `10.0.0.0/8,::1`; undefined for anything else. */
function parseProxies(text: string): false | number | string[] | undefined {
  if (text === 'false') return false;
  if (/^[1-9]\d?$/.test(text)) return Number(text);
  const networks = text.split(',').map((network) => network.trim());
  return networks.every(isNetwork) ? networks : undefined;
}

function isNetwork(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}

/** Every setting of the server; `docs/guide` and `.env.example` come from here. */
export const settingsSchema = z.object({
  CANDOR_ROLE: z
    .enum(roles)
    .default('all')
    .describe(
      'What this process does: api (console and /api), gateway (the models), worker (background jobs), or all of it. Processes of one installation share every other setting except HOST and PORT.',
    ),
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
  CANDOR_HSTS_SUBDOMAINS: booleanText
    .default(false)
    .describe(
      'With https: tell browsers for a year to use https for every host below CANDOR_PUBLIC_URL too. Only where no other service there speaks plain http.',
    ),
  DATABASE_URL: z
    .string()
    .optional()
    .describe('Owner of a PostgreSQL 15.9, 16.5, 17.1 or newer, to use instead of the embedded one.'),
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
  CANDOR_TRUST_PROXY: z
    .string()
    .default('false')
    .transform((text, issues) => {
      const proxies = parseProxies(text);
      if (proxies !== undefined) return proxies;
      issues.addIssue({ code: 'custom', message: 'must be false, a number of proxies, or their networks' });
      return z.NEVER;
    })
    .describe(
      'Proxies in front whose X-Forwarded-For and X-Forwarded-Proto are believed: false, how many there are, or their addresses and networks, separated by commas.',
    ),
  CANDOR_MAX_CONNECTIONS: z.coerce
    .number()
    .int()
    .min(16)
    .max(1_000_000)
    .default(8192)
    .describe(
      'Connections open at once, and requests being answered at once. Callers from one address (IPv6: one /64) always leave room for other addresses: alone they get half. Needs twice as many open files (ulimit -n); with fewer the number is lowered.',
    ),
  CANDOR_METRICS_TOKEN: z
    .string()
    .min(16)
    .optional()
    .describe(
      'Bearer token for /metrics. Without it only callers on this machine read them, and none that a proxy forwards.',
    ),
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
  CANDOR_GATEWAY_KEEP_ALIVE_SECONDS: z.coerce
    .number()
    .int()
    .min(0)
    .max(300)
    .default(15)
    .describe(
      'After so many seconds without a word of the model, and again each time as many have passed, a stream gets a comment, so that no proxy on the way gives it up. The first one sends status 200; an error after it comes as an event of the stream. 0: never.',
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
      'Account name that customers send bank transfers to. Shown to logged-in persons; set all three.',
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

/** The settings as they were given, each for itself; `config.ts` makes values of them. */
export type Settings = z.output<typeof settingsSchema>;

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
