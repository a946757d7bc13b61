import { sql } from 'drizzle-orm';
import { boolean, check, index, pgSchema, text, timestamp, uniqueIndex } from 'drizzle-orm/pg-core';
import { indexText, sealedText } from '@candor/privacy-engine';
import { blindIndex, languageWords, personal, plain, privacyTable } from '../../declare/policy.ts';
import { skeletonOf } from './name-skeleton.ts';

export const identitySchema = pgSchema('identity');

export const instant = () => timestamp({ withTimezone: true });
export const randomId = 'random identifier';

/** Entered by the person, kept while the account exists. */
const accountFact = {
  source: 'user',
  collectedFor: ['registration'],
  keep: { max: 'P0D', from: 'account.closed' },
  keyClass: 'core',
  export: 'yes',
  log: 'never',
} as const;

/** Evidence of the contract, kept for the general limitation period. */
const acceptanceFact = {
  subject: 'userId',
  category: 'log',
  source: 'user',
  collectedFor: ['registration'],
  purposes: ['signin', 'account', 'rights'],
  keep: { max: 'P3Y', from: 'account.closed', min: { duration: 'P3Y', law: 'Civil Code 188' } },
  keyClass: 'evidence',
  onErase: { retain: { duration: 'P3Y', law: 'Civil Code 188' } },
  export: 'yes',
  edit: { no: { zh: '是已发生之事的记录', en: 'a record of what happened' } },
  log: 'never',
} as const;

/** The paying account. A person's own account has no name of its own; its owner's name stands for it. */
export const tenants = privacyTable(
  identitySchema,
  'tenants',
  {
    id: plain(text().primaryKey(), randomId),
    kind: plain(
      text({ enum: ['personal', 'organisation', 'platform'] }).notNull(),
      'what kind of account it is; whose a personal one is stands in users',
    ),
    name: plain(text(), 'name of an organisation; persons are named in their own row'),
    status: plain(
      text({ enum: ['active', 'frozen', 'closed'] }).notNull(),
      'whether the account may pay; whether its person may act stands in users',
    ),
    /** Of a closed account the month only. */
    createdAt: plain(
      instant().notNull(),
      'the time of registration that stands in users, and as coarse once that is',
    ),
  },
  {
    tenant: 'id',
    rows: { notPersonal: 'an account is a random identifier; the person is the row of users' },
    access: {
      signin: ['select', 'insert'],
      account: ['select'],
      inference: ['select'],
      settlement: ['select'],
      operations: ['select', 'update'],
      erasure: ['update'],
    },
  },
  (table) => [
    index('tenants_created_at_idx').on(table.createdAt, table.id),
    index('tenants_kind_idx').on(table.kind, table.createdAt, table.id),
    index('tenants_status_idx').on(table.status, table.createdAt, table.id),
    index('tenants_kind_status_idx').on(table.kind, table.status, table.createdAt, table.id),
    index('tenants_name_idx')
      .on(sql`(lower(${table.name}) collate "C")`)
      .where(sql`${table.name} is not null`),
    check('tenants_kind_check', sql`${table.kind} in ('personal', 'organisation', 'platform')`),
    check('tenants_status_check', sql`${table.status} in ('active', 'frozen', 'closed')`),
  ],
);

/** A person. Names and addresses are sealed as they were normalised; their look-up columns find them and keep them unique. */
export const users = privacyTable(
  identitySchema,
  'users',
  {
    id: plain(text().primaryKey(), randomId),
    tenantId: plain(
      text()
        .notNull()
        .references(() => tenants.id),
      randomId,
    ),
    role: personal(text({ enum: ['owner', 'member'] }).notNull(), {
      words: { owner: { zh: '所有者', en: 'owner' }, member: { zh: '成员', en: 'member' } },
      clear: 'one of two words',
      ...accountFact,
      subject: 'id',
      title: { zh: '您在账户中的角色', en: 'Your role in the account' },
      category: 'identity',
      source: 'service',
      purposes: ['signin', 'account', 'operations', 'rights'],
      onErase: 'tombstone',
      edit: { no: { zh: '由管理该账户的人给予', en: 'given by the owner of the account' } },
    }),
    username: personal(sealedText().notNull(), {
      ...accountFact,
      subject: 'id',
      title: { zh: '用户名', en: 'Username' },
      category: 'identity',
      purposes: ['signin', 'account', 'operations', 'rights'],
      onErase: 'tombstone',
      edit: 'self',
    }),
    usernameIndex: blindIndex(indexText(), 'username'),
    /** Not unique: names from before they were compared by their looks stay. */
    usernameSkeletonIndex: blindIndex(indexText(), 'username', skeletonOf),
    email: personal(sealedText(), {
      ...accountFact,
      subject: 'id',
      title: { zh: '电子邮箱', en: 'E-mail address' },
      category: 'contact',
      purposes: ['signin', 'account', 'operations', 'marketing', 'rights'],
      onErase: 'null',
      edit: 'self',
      to: ['mailProvider'],
    }),
    emailIndex: blindIndex(indexText(), 'email'),
    phone: personal(sealedText(), {
      ...accountFact,
      subject: 'id',
      title: { zh: '手机号码', en: 'Mobile number' },
      category: 'contact',
      purposes: ['signin', 'account', 'operations', 'rights'],
      onErase: 'null',
      edit: 'self',
      to: ['smsProvider'],
    }),
    phoneIndex: blindIndex(indexText(), 'phone'),
    displayName: personal(sealedText(), {
      ...accountFact,
      subject: 'id',
      title: { zh: '显示名称', en: 'Display name' },
      category: 'identity',
      purposes: ['signin', 'account', 'rights'],
      onErase: 'null',
      edit: 'self',
    }),
    language: personal(text({ enum: ['zh-CN', 'en'] }).notNull(), {
      clear: 'one of two words',
      ...accountFact,
      subject: 'id',
      title: { zh: '语言', en: 'Language' },
      words: languageWords,
      category: 'preference',
      purposes: ['signin', 'account', 'marketing', 'rights'],
      onErase: 'tombstone',
      edit: 'self',
    }),
    emailVerifiedAt: personal(instant(), {
      ...accountFact,
      subject: 'id',
      title: { zh: '电子邮箱验证时间', en: 'Time the e-mail address was verified' },
      category: 'log',
      source: 'auto',
      purposes: ['signin', 'account', 'operations', 'marketing', 'rights'],
      onErase: 'null',
      edit: { no: { zh: '由系统记录', en: 'recorded by the system' } },
    }),
    createdAt: personal(instant().notNull(), {
      ...accountFact,
      subject: 'id',
      title: { zh: '注册时间', en: 'Time of registration' },
      category: 'log',
      source: 'auto',
      purposes: ['signin', 'account', 'operations', 'rights'],
      onErase: { generalise: 'month' },
      edit: { no: { zh: '由系统记录', en: 'recorded by the system' } },
    }),
  },
  {
    tenant: 'tenantId',
    subject: 'id',
    title: { zh: '账户资料', en: 'Your account' },
    rows: 'keep-unlinked',
    access: {
      signin: ['select', 'insert', 'update'],
      account: ['select', 'update'],
      operations: ['select'],
      marketing: ['select'],
      rights: ['select'],
    },
  },
  (table) => [
    uniqueIndex('users_username_unique_idx').on(table.usernameIndex),
    index('users_username_skeleton_idx').on(table.usernameSkeletonIndex),
    uniqueIndex('users_email_unique_idx').on(table.emailIndex),
    uniqueIndex('users_phone_unique_idx').on(table.phoneIndex),
    index('users_tenant_id_idx').on(table.tenantId),
    check('users_role_check', sql`${table.role} in ('owner', 'member')`),
    check('users_language_check', sql`${table.language} in ('zh-CN', 'en')`),
  ],
);

const operatorFact = {
  ...accountFact,
  subject: 'userId',
  category: 'log',
  source: 'service',
  purposes: ['signin', 'rights'],
  onErase: 'delete-row',
  edit: { no: { zh: '由系统记录', en: 'recorded by the system' } },
} as const;

/** Who runs this installation. A table of its own, because the purpose that edits profiles must not be able to write here. */
export const operators = privacyTable(
  identitySchema,
  'operators',
  {
    userId: plain(
      text()
        .primaryKey()
        .references(() => users.id),
      randomId,
    ),
    /** While the password is the generated one, which lies in a file and was printed. */
    mustChangePassword: personal(boolean().notNull().default(false), {
      ...operatorFact,
      title: { zh: '首次登录须修改密码', en: 'Whether the first password must be changed' },
    }),
    createdAt: personal(instant().notNull(), {
      ...operatorFact,
      title: { zh: '成为运营人员的时间', en: 'Time you became an operator' },
    }),
  },
  {
    tenant: { none: 'an operator works for the platform, not for a paying account' },
    subject: 'userId',
    title: { zh: '运营人员身份', en: 'Your role as an operator' },
    rows: 'delete',
    access: { signin: ['select', 'insert', 'update'], rights: ['select'] },
  },
);

/** Which policy text a person accepted, and when: the proof of the contract. */
export const policyAcceptances = privacyTable(
  identitySchema,
  'policy_acceptances',
  {
    id: plain(text().primaryKey(), randomId),
    tenantId: plain(text().notNull(), randomId),
    userId: plain(
      text()
        .notNull()
        .references(() => users.id),
      randomId,
    ),
    policyVersion: personal(text().notNull(), {
      clear: 'the name of a published document',
      ...acceptanceFact,
      title: { zh: '同意的隐私政策版本', en: 'Accepted version of the privacy policy' },
    }),
    policyHash: plain(text().notNull(), 'hash of the published text whose version stands beside it'),
    acceptedAt: personal(instant().notNull(), {
      ...acceptanceFact,
      source: 'auto',
      title: { zh: '同意隐私政策的时间', en: 'Time of accepting the privacy policy' },
    }),
  },
  {
    tenant: 'tenantId',
    subject: 'userId',
    title: { zh: '您接受的政策版本', en: 'Policy versions you accepted' },
    rows: { keepUntil: { duration: 'P3Y', law: 'Civil Code 188' } },
    access: { signin: ['select', 'insert'], account: ['select'], rights: ['select'] },
  },
  (table) => [index('policy_acceptances_user_id_idx').on(table.userId, table.id)],
);
