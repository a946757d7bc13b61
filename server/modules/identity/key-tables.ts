import { sql } from 'drizzle-orm';
import { bigint, boolean, check, index, jsonb, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { sealedText } from '@candor/privacy-engine';
import { personal, plain, privacyTable } from '../../declare/policy.ts';
import type { TokenHolds } from './token-holds.ts';
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
    tokensUsed: personal(bigint({ mode: 'bigint' }).notNull(), {
      ...keyFact,
      ...keyLimit,
      title: { zh: 'API 密钥已用 Token 数', en: 'Tokens the API key has used' },
      category: 'usage',
      source: 'auto',
      edit: { no: { zh: '由系统计量', en: 'measured by the system' } },
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
  ],
);
