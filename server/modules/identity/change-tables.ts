import { sql } from 'drizzle-orm';
import { check, index, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { indexText, sealedText } from '@candor/privacy-engine';
import { blindIndex, personal, plain, privacyTable } from '../../declare/policy.ts';
import { identitySchema, instant, randomId, users } from './account-tables.ts';

const changeFact = {
  subject: 'userId',
  collectedFor: ['registration', 'login'],
  purposes: ['signin', 'rights'],
  keep: { max: 'P7D', from: 'row.createdAt' },
  keyClass: 'core',
  onErase: 'delete-row',
  export: 'yes',
  edit: { no: { zh: '是已发生之事的记录', en: 'a record of what happened' } },
  log: 'never',
} as const;

/**
 * Changes of what proves identity. While one is fresh, what is new proves nothing and the earlier contact can undo it.
 * So no logged-in person can delete them: an attacker who made the change would end their own cooling-off.
 */
export const credentialChanges = privacyTable(
  identitySchema,
  'credential_changes',
  {
    id: plain(text().primaryKey(), randomId),
    tenantId: plain(text().notNull(), randomId),
    userId: plain(
      text()
        .notNull()
        .references(() => users.id),
      randomId,
    ),
    kind: personal(text({ enum: ['password', 'phone', 'email'] }).notNull(), {
      words: {
        password: { zh: '密码', en: 'password' },
        phone: { zh: '手机号码', en: 'phone number' },
        email: { zh: '电子邮箱', en: 'e-mail address' },
      },
      ...changeFact,
      clear: 'one of three words, gone in a week',
      title: { zh: '更改的是密码还是联系方式', en: 'What was changed: password or contact' },
      category: 'log',
      source: 'auto',
    }),
    previous: personal(sealedText(), {
      ...changeFact,
      title: { zh: '更改前的号码或邮箱', en: 'Number or address before the change' },
      category: 'contact',
      source: 'user',
    }),
    /** While a change can be undone, no other person gets what the person had before. */
    previousIndex: blindIndex(indexText(), 'previous'),
    previousProvenAt: personal(instant(), {
      ...changeFact,
      title: { zh: '更改前联系方式的验证时间', en: 'Time the earlier contact was verified' },
      category: 'log',
      source: 'auto',
    }),
    undoHash: plain(text(), 'hash of 256 random bits'),
    createdAt: personal(instant().notNull(), {
      ...changeFact,
      title: { zh: '更改密码或联系方式的时间', en: 'Time of changing a password or contact' },
      category: 'log',
      source: 'auto',
    }),
  },
  {
    tenant: 'tenantId',
    subject: 'userId',
    title: { zh: '密码与联系方式的更改', en: 'Changes of password and contacts' },
    rows: 'delete',
    access: { signin: ['select', 'insert', 'delete'], rights: ['select'] },
  },
  (table) => [
    uniqueIndex('credential_changes_undo_hash_unique_idx').on(table.undoHash),
    index('credential_changes_user_id_idx').on(table.userId, table.id),
    index('credential_changes_previous_idx').on(table.previousIndex),
    index('credential_changes_created_at_idx').on(table.createdAt),
    check('credential_changes_kind_check', sql`${table.kind} in ('password', 'phone', 'email')`),
  ],
);
