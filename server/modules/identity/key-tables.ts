import { sql } from 'drizzle-orm';
import { bigint, boolean, check, index, integer, jsonb, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { sealedText } from '@candor/privacy-engine';
import { personal, plain, privacyTable } from '../../declare/policy.ts';
import type { TokenHolds } from './token-holds.ts';
import type { QuotaPeriod } from './quota-period.ts';
import { identitySchema, instant, randomId, users } from './account-tables.ts';

const keyFact = {
  subject: 'userId',
  source: 'user',
  collectedFor: ['usage'],
  purposes: ['account', 'inference', 'rights'],
  keep: { max: 'P0D', from: 'account.closed' },
  keyClass: 'core',
  onErase: 'delete-row',
  export: 'yes',
  log: 'never',
} as const;

/** What a key may do, which its owner decides where they manage their keys. */
const keyLimit = {
  category: 'preference',
  purposes: ['signin', 'account', 'inference', 'settlement', 'rights'],
  edit: { no: { zh: '请在 API 密钥页面决定', en: 'decide it on the page of your keys' } },
} as const;

/** What only the gateway compares with a request. */
const keyRule = {
  ...keyFact,
  category: 'preference',
  edit: { no: { zh: '请在 API 密钥页面决定', en: 'decide it on the page of your keys' } },
} as const;

/** What the system counts of a key's use, so that its limits hold. */
const keyCount = {
  ...keyFact,
  ...keyLimit,
  category: 'usage',
  source: 'auto',
  edit: { no: { zh: '由系统计量', en: 'measured by the system' } },
} as const;

/** A key for programs. The secret itself is shown once and never stored. */
export const apiKeys = privacyTable(
  identitySchema,
  'api_keys',
  {
    id: plain(text().primaryKey(), randomId),
    tenantId: plain(text().notNull(), randomId),
    userId: plain(
      text()
        .notNull()
        .references(() => users.id),
      randomId,
    ),
    kind: personal(text({ enum: ['secret', 'playground'] }).notNull(), {
      words: {
        secret: { zh: '普通密钥', en: 'ordinary key' },
        playground: { zh: '对话体验的密钥', en: 'key of the playground' },
      },
      ...keyFact,
      ...keyLimit,
      clear: 'one of two words',
      title: { zh: 'API 密钥类型', en: 'Kind of the API key' },
    }),
    name: personal(sealedText().notNull(), {
      ...keyFact,
      title: { zh: 'API 密钥名称', en: 'Name of the API key' },
      category: 'preference',
      edit: 'self',
    }),
    secretHash: personal(text().notNull(), {
      clear: 'a hash of 256 random bits',
      ...keyFact,
      title: { zh: 'API 密钥（仅存散列）', en: 'API key (only its hash)' },
      category: 'credential',
      source: 'auto',
      purposes: ['account', 'inference'],
      export: {
        no: {
          zh: '取得凭证的散列，就可能冒用您的身份，因此不放入副本',
          en: 'a stored credential would let a reader of the export act as the person',
        },
      },
      edit: { no: { zh: '由系统生成', en: 'made by the system' } },
    }),
    lastFour: personal(text().notNull(), {
      ...keyFact,
      ...keyLimit,
      clear: 'the end of a random secret, by which the person tells keys apart',
      title: { zh: 'API 密钥末四位', en: 'Last four characters of the API key' },
      // Four characters are found in many texts: nothing to recognise a person by.
      category: 'log',
      source: 'auto',
    }),
    expiresAt: personal(instant(), {
      ...keyFact,
      ...keyLimit,
      title: { zh: 'API 密钥到期时间', en: 'End of the API key' },
    }),
    isDisabled: personal(boolean().notNull(), {
      ...keyFact,
      ...keyLimit,
      title: { zh: 'API 密钥是否停用', en: 'Whether the API key is disabled' },
    }),
    tokenQuota: personal(bigint({ mode: 'bigint' }), {
      ...keyFact,
      ...keyLimit,
      title: { zh: 'API 密钥 Token 限额', en: 'Token limit of the API key' },
    }),
    moneyQuotaMicros: personal(bigint({ mode: 'bigint' }), {
      ...keyFact,
      ...keyLimit,
      title: { zh: 'API 密钥金额限额', en: 'Money limit of the API key' },
    }),
    /** After which the quotas begin anew; null: never. */
    quotaPeriod: personal(text().$type<QuotaPeriod>(), {
      clear: 'one of three words',
      words: {
        day: { zh: '每天', en: 'every day' },
        week: { zh: '每周', en: 'every week' },
        month: { zh: '每月', en: 'every month' },
      },
      ...keyFact,
      ...keyLimit,
      title: { zh: 'API 密钥限额的重置周期', en: 'When the limits of the API key begin anew' },
    }),
    tokensUsed: personal(bigint({ mode: 'bigint' }).notNull(), {
      ...keyCount,
      title: { zh: 'API 密钥已用 Token 数', en: 'Tokens the API key has used' },
    }),
    spentMicros: personal(
      bigint({ mode: 'bigint' })
        .notNull()
        .default(sql`0`),
      {
        ...keyCount,
        title: { zh: 'API 密钥已用金额', en: 'Money the API key has spent' },
      },
    ),
    /** What was used before the period that `periodFrom` begins; what is used in it is the difference. */
    tokensBefore: personal(
      bigint({ mode: 'bigint' })
        .notNull()
        .default(sql`0`),
      {
        ...keyCount,
        title: { zh: 'API 密钥本周期之前已用 Token 数', en: 'Tokens the API key used before this period' },
      },
    ),
    spentBeforeMicros: personal(
      bigint({ mode: 'bigint' })
        .notNull()
        .default(sql`0`),
      {
        ...keyCount,
        title: { zh: 'API 密钥本周期之前已用金额', en: 'Money the API key spent before this period' },
      },
    ),
    periodFrom: personal(instant(), {
      ...keyCount,
      title: { zh: 'API 密钥本计量周期的开始时间', en: 'Begin of the period the API key is counted in' },
    }),
    requestsPerMinute: personal(integer(), {
      ...keyRule,
      title: { zh: 'API 密钥每分钟请求数上限', en: 'Requests per minute of the API key' },
    }),
    tokensPerMinute: personal(integer(), {
      ...keyRule,
      title: { zh: 'API 密钥每分钟 Token 数上限', en: 'Tokens per minute of the API key' },
    }),
    parallelRequests: personal(integer(), {
      ...keyRule,
      title: { zh: 'API 密钥并发请求数上限', en: 'Parallel requests of the API key' },
    }),
    allowedModels: personal(text().array(), {
      clear: 'public names of models',
      ...keyRule,
      title: { zh: 'API 密钥可用的模型', en: 'Models the API key may call' },
    }),
    allowedNetworks: personal(sealedText(), {
      ...keyRule,
      title: { zh: 'API 密钥可用的网络', en: 'Networks the API key may be used from' },
    }),
    allowedOrigins: personal(text().array(), {
      clear: 'public addresses of web sites, compared with what browsers send',
      ...keyRule,
      title: { zh: 'API 密钥可用的网页来源', en: 'Web pages that may use the API key' },
    }),
    tokensHeld: plain(
      jsonb().$type<TokenHolds>().notNull().default({}),
      'what each gateway has reserved for running requests, and until when',
    ),
    createdAt: personal(instant().notNull(), {
      ...keyFact,
      title: { zh: 'API 密钥创建时间', en: 'Time the API key was made' },
      category: 'log',
      source: 'auto',
      edit: { no: { zh: '由系统记录', en: 'recorded by the system' } },
    }),
    lastUsedAt: personal(instant(), {
      ...keyFact,
      title: { zh: 'API 密钥最近使用时间', en: 'Last use of the API key' },
      category: 'usage',
      source: 'auto',
      purposes: ['account', 'inference', 'settlement', 'rights'],
      edit: { no: { zh: '由系统记录', en: 'recorded by the system' } },
    }),
  },
  {
    tenant: 'tenantId',
    subject: 'userId',
    title: { zh: 'API 密钥', en: 'API keys' },
    rows: 'delete',
    deletable: true,
    access: {
      // Recovery and the first proof of an address disable what was made before them.
      signin: ['select', 'update'],
      account: ['select', 'insert', 'update', 'delete'],
      inference: ['select'],
      settlement: ['select', 'update'],
      erasure: ['update'],
      rights: ['select'],
    },
  },
  (table) => [
    uniqueIndex('api_keys_secret_hash_unique_idx').on(table.secretHash),
    uniqueIndex('api_keys_playground_unique_idx')
      .on(table.userId)
      .where(sql`${table.kind} = 'playground'`),
    index('api_keys_user_id_idx').on(table.userId, table.id),
    index('api_keys_tenant_id_idx').on(table.tenantId, table.userId),
    check('api_keys_kind_check', sql`${table.kind} in ('secret', 'playground')`),
    check('api_keys_token_quota_check', sql`${table.tokenQuota} >= 0`),
    check('api_keys_tokens_used_check', sql`${table.tokensUsed} >= 0`),
    check('api_keys_money_quota_check', sql`${table.moneyQuotaMicros} >= 0`),
    check('api_keys_quota_period_check', sql`${table.quotaPeriod} in ('day', 'week', 'month')`),
    check('api_keys_requests_per_minute_check', sql`${table.requestsPerMinute} > 0`),
    check('api_keys_tokens_per_minute_check', sql`${table.tokensPerMinute} > 0`),
    check('api_keys_parallel_requests_check', sql`${table.parallelRequests} > 0`),
  ],
);
