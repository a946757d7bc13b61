import { sql } from 'drizzle-orm';
import { bigint, check, index, pgSchema, text, timestamp, uniqueIndex } from 'drizzle-orm/pg-core';
import { plain, privacyTable } from '../../policy.ts';

export const walletSchema = pgSchema('wallet');

export const micros = () => bigint({ mode: 'bigint' });
export const instant = () => timestamp({ withTimezone: true });

/** One row per account of the chart of accounts, made when money first touches it. */
export const accounts = privacyTable(
  walletSchema,
  'accounts',
  {
    id: plain(text().primaryKey(), 'kind and random identifier of the paying account'),
    ledger: plain(text().notNull(), 'currency of the books'),
    kind: plain(text().notNull(), 'place in the chart of accounts'),
    tenantId: plain(text(), 'random identifier'),
    postedMicros: plain(micros().notNull()),
    heldMicros: plain(micros().notNull()),
    floorMicros: plain(micros()),
    createdAt: plain(instant().notNull()),
  },
  {
    tenant: 'tenantId',
    rows: { notPersonal: 'balances of a paying account; the persons of the account are in identity' },
    access: { settlement: ['select', 'insert', 'update'], billing: ['select'] },
  },
  (table) => [
    // The net below the writer's own check: no bug above may overdraw an account.
    check(
      'accounts_floor_check',
      sql`${table.floorMicros} is null or ${table.postedMicros} - ${table.heldMicros} >= ${table.floorMicros}`,
    ),
    check('accounts_held_check', sql`${table.heldMicros} >= 0`),
    check('accounts_debt_check', sql`${table.kind} <> 'debt' or ${table.postedMicros} <= 0`),
    index('accounts_tenant_id_idx').on(table.tenantId),
  ],
);

/** The journal: one debit and one credit per row, never changed, never deleted. */
export const transfers = privacyTable(
  walletSchema,
  'transfers',
  {
    id: plain(text().primaryKey(), 'identifier made by the caller, the idempotency key'),
    seq: plain(bigint({ mode: 'bigint' }).generatedAlwaysAsIdentity()),
    ledger: plain(text().notNull(), 'currency of the books'),
    kind: plain(text().notNull(), 'post, hold, capture, void or expire'),
    code: plain(text().notNull(), 'reason out of a fixed list'),
    debitAccountId: plain(text().notNull(), 'account'),
    creditAccountId: plain(text(), 'account'),
    amountMicros: plain(micros().notNull()),
    tenantId: plain(text(), 'random identifier'),
    holdId: plain(text(), 'identifier of a transfer'),
    groupId: plain(text(), 'identifier of a group of transfers'),
    refType: plain(text().notNull(), 'name of a kind of record'),
    refId: plain(text().notNull(), 'random identifier'),
    reversalOf: plain(text(), 'identifier of a transfer'),
    cashAfterMicros: plain(micros()),
    actor: plain(text().notNull(), 'kind and random identifier'),
    requestId: plain(text().notNull(), 'random identifier'),
    createdAt: plain(instant().notNull()),
  },
  {
    tenant: 'tenantId',
    rows: {
      notPersonal:
        'amounts between accounts; the person who paid or used is in top_ups and billing.usage_events',
    },
    immutable: true,
    access: { settlement: ['select', 'insert'], billing: ['select'] },
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
    amountMicros: plain(micros().notNull()),
    capturedMicros: plain(micros().notNull()),
    status: plain(text().notNull(), 'open, voided or expired'),
    expiresAt: plain(instant().notNull()),
  },
  {
    tenant: 'tenantId',
    rows: { notPersonal: 'reserved amounts of a paying account' },
    access: { settlement: ['select', 'insert', 'update'], billing: ['select'] },
  },
  (table) => [
    check('holds_captured_check', sql`${table.capturedMicros} between 0 and ${table.amountMicros}`),
    check('holds_status_check', sql`${table.status} in ('open', 'voided', 'expired')`),
    index('holds_open_expires_at_idx')
      .on(table.expiresAt)
      .where(sql`${table.status} = 'open'`),
    index('holds_account_id_idx')
      .on(table.accountId)
      .where(sql`${table.status} = 'open'`),
  ],
);
