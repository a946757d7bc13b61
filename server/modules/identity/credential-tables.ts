import { sql } from 'drizzle-orm';
import { check, index, integer, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { sealedText } from '@candor/privacy-engine';
import { personal, plain, privacyTable } from '../../declare/policy.ts';
import { identitySchema, instant, randomId, users } from './account-tables.ts';

/** Proves an identity: never shown again, not even to the person. */
const credential = {
  category: 'credential',
  subject: 'userId',
  keyClass: 'core',
  onErase: 'delete-row',
  export: {
    no: {
      zh: '取得凭证的散列，就可能冒用您的身份，因此不放入副本',
      en: 'a stored credential would let a reader of the export act as the person',
    },
  },
  log: 'never',
} as const;

export const passwords = privacyTable(
  identitySchema,
  'passwords',
  {
    userId: plain(
      text()
        .primaryKey()
        .references(() => users.id),
      randomId,
    ),
    tenantId: plain(text().notNull(), randomId),
    hash: personal(sealedText().notNull(), {
      ...credential,
      title: { zh: '密码（仅存 Argon2id 散列）', en: 'Password (only its Argon2id hash)' },
      source: 'user',
      collectedFor: ['registration', 'login'],
      purposes: ['signin'],
      keep: { max: 'P0D', from: 'account.closed' },
      edit: 'self',
    }),
    changedAt: personal(instant().notNull(), {
      ...credential,
      title: { zh: '设置密码的时间', en: 'Time the password was set' },
      category: 'log',
      source: 'auto',
      collectedFor: ['registration', 'login'],
      purposes: ['signin', 'rights'],
      keep: { max: 'P0D', from: 'account.closed' },
      export: 'yes',
      edit: { no: { zh: '由系统记录', en: 'recorded by the system' } },
    }),
  },
  {
    tenant: 'tenantId',
    subject: 'userId',
    title: { zh: '登录密码', en: 'Login password' },
    rows: 'delete',
    access: { signin: ['select', 'insert', 'update'], rights: ['select'] },
  },
);

const sessionFact = {
  subject: 'userId',
  source: 'auto',
  collectedFor: ['login'],
  purposes: ['signin', 'account', 'rights'],
  keep: { max: 'P30D', from: 'row.createdAt' },
  keyClass: 'core',
  onErase: 'delete-row',
  export: 'yes',
  edit: { no: { zh: '由系统记录', en: 'recorded by the system' } },
  log: 'never',
} as const;

/** A browser that is logged in. */
export const sessions = privacyTable(
  identitySchema,
  'sessions',
  {
    id: plain(text().primaryKey(), randomId),
    tenantId: plain(text().notNull(), randomId),
    userId: plain(
      text()
        .notNull()
        .references(() => users.id),
      randomId,
    ),
    tokenHash: personal(text().notNull(), {
      clear: 'a hash of 256 random bits',
      ...credential,
      title: { zh: '登录凭证（仅存散列）', en: 'Session token (only its hash)' },
      source: 'auto',
      collectedFor: ['login'],
      purposes: ['signin'],
      keep: { max: 'P30D', from: 'row.createdAt' },
      edit: { no: { zh: '由系统生成', en: 'made by the system' } },
    }),
    ip: personal(sealedText().notNull(), {
      ...sessionFact,
      title: { zh: '登录 IP 地址', en: 'IP address of the session' },
      category: 'device',
    }),
    userAgent: personal(sealedText().notNull(), {
      ...sessionFact,
      title: { zh: '登录设备与浏览器', en: 'Browser of the session' },
      category: 'device',
    }),
    createdAt: personal(instant().notNull(), {
      ...sessionFact,
      title: { zh: '登录时间', en: 'Time of login' },
      category: 'log',
    }),
    lastSeenAt: personal(instant().notNull(), {
      ...sessionFact,
      title: { zh: '最近活动时间', en: 'Last activity' },
      category: 'log',
    }),
    expiresAt: personal(instant().notNull(), {
      ...sessionFact,
      title: { zh: '登录到期时间', en: 'End of the session' },
      category: 'log',
    }),
  },
  {
    tenant: 'tenantId',
    subject: 'userId',
    title: { zh: '登录会话', en: 'Sessions' },
    rows: 'delete',
    deletable: true,
    access: {
      signin: ['select', 'insert', 'update', 'delete'],
      account: ['select', 'delete'],
      rights: ['select'],
    },
  },
  (table) => [
    uniqueIndex('sessions_token_hash_unique_idx').on(table.tokenHash),
    index('sessions_user_id_idx').on(table.userId, table.id),
    index('sessions_expires_at_idx').on(table.expiresAt),
    index('sessions_created_at_idx').on(table.createdAt),
  ],
);

const codeFact = {
  ...credential,
  source: 'auto',
  collectedFor: ['registration', 'login'],
  purposes: ['signin'],
  keep: { max: 'PT10M', from: 'row.createdAt' },
  edit: { no: { zh: '由系统生成', en: 'made by the system' } },
} as const;

/** What a request for a code tells: given to the person, unlike the code. */
const codeRequestFact = {
  ...codeFact,
  category: 'log',
  purposes: ['signin', 'rights'],
  export: 'yes',
  edit: { no: { zh: '由系统记录', en: 'recorded by the system' } },
} as const;

/** A six-digit code that was sent to a number or an address. At most one is valid per target, use and requester. */
export const signInCodes = privacyTable(
  identitySchema,
  'sign_in_codes',
  {
    id: plain(text().primaryKey(), randomId),
    userId: plain(text(), 'random identifier, null for an address without an account'),
    use: personal(text({ enum: ['register', 'login', 'recover', 'bind', 'confirm'] }).notNull(), {
      words: {
        register: { zh: '注册', en: 'to register' },
        login: { zh: '登录', en: 'to log in' },
        recover: { zh: '找回密码', en: 'to recover the password' },
        bind: { zh: '绑定联系方式', en: 'to bind a contact' },
        confirm: { zh: '再次验证身份', en: 'to confirm the identity' },
      },
      ...codeRequestFact,
      clear: 'one of five words',
      title: { zh: '验证码的用途', en: 'What a code was for' },
    }),
    targetHash: personal(text().notNull(), {
      clear: 'a keyed hash that ends with the code',
      ...codeFact,
      title: {
        zh: '接收验证码的号码或邮箱（仅存散列）',
        en: 'Number or address a code was sent to (only its hash)',
      },
      log: 'hash',
    }),
    codeHash: personal(text().notNull(), {
      clear: 'a keyed hash of a random code',
      ...codeFact,
      title: { zh: '验证码（仅存散列）', en: 'Code (only its hash)' },
    }),
    deviceHash: personal(text().notNull(), {
      ...codeFact,
      clear: 'a keyed hash that ends with the code',
      title: { zh: '索取验证码的浏览器（仅存散列）', en: 'Browser that asked for a code (only its hash)' },
      category: 'device',
      export: {
        no: { zh: '是浏览器随机标记的带密钥散列', en: 'a keyed hash of a random mark of the browser' },
      },
    }),
    addressHash: personal(text().notNull(), {
      ...codeFact,
      clear: 'a keyed hash that ends with the code',
      title: { zh: '索取验证码的网络（仅存散列）', en: 'Network that asked for a code (only its hash)' },
      category: 'device',
      export: {
        no: {
          zh: '是所在网络的带密钥散列，可能与他人共用',
          en: 'a keyed hash of a network, which may be shared with others',
        },
      },
    }),
    attempts: personal(integer().notNull(), {
      ...codeRequestFact,
      title: { zh: '验证码输错次数', en: 'Wrong tries of a code' },
    }),
    addressAttempts: personal(integer().notNull(), {
      ...codeRequestFact,
      title: { zh: '来自其他网络的验证码输错次数', en: 'Wrong tries of a code from other networks' },
    }),
    createdAt: personal(instant().notNull(), {
      ...codeRequestFact,
      title: { zh: '索取验证码的时间', en: 'Time a code was asked for' },
    }),
    expiresAt: personal(instant().notNull(), {
      ...codeRequestFact,
      title: { zh: '验证码失效时间', en: 'End of a code' },
    }),
  },
  {
    tenant: { none: 'a code is sent before any account exists' },
    subject: 'userId',
    title: { zh: '验证码', en: 'Codes' },
    rows: 'delete',
    access: { signin: ['select', 'insert', 'update', 'delete'], rights: ['select'] },
  },
  (table) => [
    index('sign_in_codes_target_hash_use_idx').on(table.targetHash, table.use),
    index('sign_in_codes_user_id_idx').on(table.userId, table.id),
    index('sign_in_codes_created_at_idx').on(table.createdAt),
    check(
      'sign_in_codes_use_check',
      sql`${table.use} in ('register', 'login', 'recover', 'bind', 'confirm')`,
    ),
  ],
);

/** How often something was tried in a window of time, by a keyed hash of the subject, so that guessing gets slow. */
export const attempts = privacyTable(
  identitySchema,
  'attempts',
  {
    keyHash: plain(
      text().primaryKey(),
      'keyed hash of an address or a name, the same whether or not an account exists; gone within a day',
    ),
    count: plain(integer().notNull()),
    windowEndsAt: plain(instant().notNull()),
  },
  {
    tenant: { none: 'tries happen before the person is known' },
    rows: { notPersonal: 'counters that cannot be traced back without the secret of the installation' },
    access: { signin: ['select', 'insert', 'update', 'delete'] },
  },
  (table) => [index('attempts_window_ends_at_idx').on(table.windowEndsAt)],
);
