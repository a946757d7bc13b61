import { sql } from 'drizzle-orm';
import { bigint, check, index, pgSchema, text, timestamp, uniqueIndex } from 'drizzle-orm/pg-core';
import { bookFact, personal, plain, privacyTable } from '../../declare/policy.ts';
import { accountWords, holdWords, movementWords, recordWords, transferWords } from './words.ts';

export const walletSchema = pgSchema('wallet');

export const micros = () => bigint({ mode: 'bigint' });
export const instant = () => timestamp({ withTimezone: true });

const ledgerFact = { ...bookFact, collectedFor: ['purchase', 'usage'] } as const;

/** One row per account of the chart of accounts, made when money first touches it. */
export const accounts = privacyTable(
  walletSchema,
  'accounts',
  {
    id: plain(text().primaryKey(), 'kind and random identifier of the paying account'),
    ledger: plain(text().notNull(), 'the one currency of the books'),
    kind: personal(text().notNull(), {
      clear: 'a place in the chart of accounts',
      ...ledgerFact,
      title: { zh: '账户科目', en: 'Account of the books' },
      words: accountWords,
    }),
    tenantId: plain(text(), 'random identifier'),
    postedMicros: personal(micros().notNull(), {
      ...ledgerFact,
      title: { zh: '账户余额', en: 'Balance' },
    }),
    heldMicros: personal(micros().notNull(), {
      ...ledgerFact,
      title: { zh: '已预留金额', en: 'Held amount' },
    }),
    floorMicros: personal(micros(), {
      ...ledgerFact,
      title: { zh: '余额下限', en: 'Lowest balance allowed' },
    }),
    createdAt: personal(instant().notNull(), {
      ...ledgerFact,
      title: { zh: '账户科目建立时间', en: 'When the account of the books was made' },
    }),
  },
  {
    tenant: 'tenantId',
    subject: 'tenantId',
    subjectIs: 'account',
    title: { zh: '账户余额', en: 'Balances of your account' },
    rows: 'keep-unlinked',
    access: { settlement: ['select', 'insert', 'update'], billing: ['select'], rights: ['select'] },
  },
  (table) => [
    // The net below the writer's own check: no bug above may overdraw an account.
    check(
      'accounts_floor_check',
      sql`${table.floorMicros} is null or ${table.postedMicros} - ${table.heldMicros} >= ${table.floorMicros}`,
    ),
    check('accounts_held_check', sql`${table.heldMicros} >= 0`),
    check('accounts_debt_check', sql`${table.kind} <> 'debt' or ${table.postedMicros} <= 0`),
    index('accounts_tenant_id_idx').on(table.tenantId, table.id),
  ],
);

/** The journal: one debit and one credit per row, never changed, never deleted. */
export const transfers = privacyTable(
  walletSchema,
  'transfers',
  {
    id: plain(text().primaryKey(), 'identifier made by the caller, the idempotency key'),
    seq: plain(micros().generatedAlwaysAsIdentity(), 'running number over all rows'),
    ledger: plain(text().notNull(), 'the one currency of the books'),
    kind: personal(text().notNull(), {
      clear: 'post, hold, capture, void or expire',
      ...ledgerFact,
      title: { zh: '收支类型', en: 'Kind of a movement' },
      words: movementWords,
    }),
    code: personal(text().notNull(), {
      clear: 'a reason out of a fixed list',
      ...ledgerFact,
      title: { zh: '收支原因', en: 'Reason of a movement' },
      words: transferWords,
    }),
    debitAccountId: personal(text().notNull(), {
      clear: 'a place in the chart of accounts and the number of an account',
      ...ledgerFact,
      title: { zh: '借方科目', en: 'Account a movement came from' },
      words: accountWords,
    }),
    creditAccountId: personal(text(), {
      clear: 'a place in the chart of accounts and the number of an account',
      ...ledgerFact,
      title: { zh: '贷方科目', en: 'Account a movement went to' },
      words: accountWords,
    }),
    amountMicros: personal(micros().notNull(), {
      ...ledgerFact,
      title: { zh: '收支金额', en: 'Amount of a movement' },
    }),
    tenantId: plain(text(), 'random identifier'),
    holdId: plain(text(), 'identifier of a transfer'),
    groupId: plain(text(), 'identifier of a group of transfers'),
    refType: personal(text().notNull(), {
      clear: 'the name of a kind of record',
      ...ledgerFact,
      title: { zh: '收支所依据的记录种类', en: 'Kind of record a movement is for' },
      words: recordWords,
    }),
    refId: personal(text().notNull(), {
      clear: 'a random identifier',
      ...ledgerFact,
      title: { zh: '收支所依据的记录编号', en: 'Record a movement is for' },
    }),
    reversalOf: plain(text(), 'identifier of a transfer'),
    cashAfterMicros: personal(micros(), {
      ...ledgerFact,
      title: { zh: '收支后余额', en: 'Balance after a movement' },
    }),
    actor: plain(
      text().notNull(),
      'kind and random identifier of the operator or the part of ours that acted',
    ),
    requestId: plain(text().notNull(), 'random identifier'),
    createdAt: personal(instant().notNull(), {
      ...ledgerFact,
      title: { zh: '收支时间', en: 'Time of a movement' },
    }),
  },
  {
    tenant: 'tenantId',
    subject: 'tenantId',
    subjectIs: 'account',
    key: 'seq',
    title: { zh: '账户收支明细', en: 'Movements of your account' },
    rows: 'keep-unlinked',
    immutable: true,
    access: { settlement: ['select', 'insert'], billing: ['select'], rights: ['select'] },
  },
  (table) => [
    check(
      'transfers_amount_check',
      sql`${table.amountMicros} > 0 or (${table.amountMicros} = 0 and ${table.kind} in ('void', 'expire'))`,
    ),
    check(
      'transfers_credit_check',
      sql`(${table.kind} in ('post', 'capture')) = (${table.creditAccountId} is not null)`,
    ),
    check(
      'transfers_hold_check',
      sql`(${table.kind} in ('capture', 'void', 'expire')) = (${table.holdId} is not null)`,
    ),
    check(
      'transfers_sides_check',
      sql`${table.creditAccountId} is null or ${table.creditAccountId} <> ${table.debitAccountId}`,
    ),
    index('transfers_tenant_id_seq_idx').on(table.tenantId, table.seq),
    // What a customer sees as transactions, newest first: all of them, of one type, of one direction.
    index('transfers_tenant_id_created_at_idx')
      .on(table.tenantId, table.createdAt, table.seq)
      .where(sql`${table.cashAfterMicros} is not null`),
    index('transfers_tenant_id_code_created_at_idx')
      .on(table.tenantId, table.code, table.createdAt, table.seq)
      .where(sql`${table.cashAfterMicros} is not null`),
    index('transfers_credit_account_id_created_at_idx')
      .on(table.creditAccountId, table.createdAt, table.seq)
      .where(sql`${table.cashAfterMicros} is not null`),
    index('transfers_debit_account_id_created_at_idx')
      .on(table.debitAccountId, table.createdAt, table.seq)
      .where(sql`${table.cashAfterMicros} is not null`),
    index('transfers_group_id_idx')
      .on(table.groupId)
      .where(sql`${table.groupId} is not null`),
    // A transfer is reversed at most once, and a hold ends at most once, whatever the code above believes.
    uniqueIndex('transfers_reversal_of_key')
      .on(table.reversalOf)
      .where(sql`${table.reversalOf} is not null`),
    uniqueIndex('transfers_hold_end_key')
      .on(table.holdId)
      .where(sql`${table.kind} in ('void', 'expire')`),
  ],
);

/** What is left of each reservation. The hold's own transfer has the same id. */
export const holds = privacyTable(
  walletSchema,
  'holds',
  {
    id: plain(text().primaryKey(), 'identifier of the transfer that placed it'),
    accountId: plain(
      text()
        .notNull()
        .references(() => accounts.id),
      'account',
    ),
    tenantId: plain(text(), 'random identifier'),
    amountMicros: personal(micros().notNull(), {
      ...ledgerFact,
      title: { zh: '预留金额', en: 'Reserved amount' },
    }),
    capturedMicros: personal(micros().notNull(), {
      ...ledgerFact,
      title: { zh: '预留中已扣金额', en: 'Part of a reservation that was charged' },
    }),
    status: personal(text().notNull(), {
      clear: 'open, voided or expired',
      ...ledgerFact,
      title: { zh: '预留状态', en: 'State of a reservation' },
      words: holdWords,
    }),
    expiresAt: personal(instant().notNull(), {
      ...ledgerFact,
      title: { zh: '预留到期时间', en: 'End of a reservation' },
    }),
  },
  {
    tenant: 'tenantId',
    subject: 'tenantId',
    subjectIs: 'account',
    title: { zh: '预留金额', en: 'Reserved amounts' },
    rows: 'keep-unlinked',
    access: { settlement: ['select', 'insert', 'update'], billing: ['select'], rights: ['select'] },
  },
  (table) => [
    check('holds_captured_check', sql`${table.capturedMicros} between 0 and ${table.amountMicros}`),
    check('holds_status_check', sql`${table.status} in ('open', 'voided', 'expired')`),
    index('holds_open_expires_at_idx')
      .on(table.expiresAt)
      .where(sql`${table.status} = 'open'`),
    index('holds_tenant_id_idx').on(table.tenantId, table.id),
    index('holds_account_id_idx')
      .on(table.accountId)
      .where(sql`${table.status} = 'open'`),
  ],
);
