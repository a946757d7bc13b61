import { listNews } from '../modules/announcements/write-news.ts';
import { listAuditEntries } from '../modules/audit/list-entries.ts';
import { listLog } from '../modules/audit/list-log.ts';
import { listStaffReads } from '../modules/audit/staff-reads.ts';
import { listBills } from '../modules/billing/bills.ts';
import { listUsageEvents } from '../modules/billing/usage.ts';
import { listPrices } from '../modules/catalog/prices.ts';
import { listApiKeys } from '../modules/identity/api-keys.ts';
import { listTenants } from '../modules/identity/tenants.ts';
import { listOutbox } from '../modules/notifications/list-outbox.ts';
import { listBankTransfers } from '../modules/wallet/list-bank-transfers.ts';
import { listSuspendedPayments } from '../modules/wallet/list-suspended-payments.ts';
import { listTopUps } from '../modules/wallet/list-top-ups.ts';
import { listTransactions } from '../modules/wallet/transactions.ts';
import { instantOfRow } from '../testing/many-rows.ts';
import {
  fewRows,
  id,
  idOf,
  type ListUnderTest,
  longAgo,
  rarely,
  sealed,
  tenant,
  topUps,
  user,
} from './list-rows.fixture.ts';
import { listsOfPrivacy } from './privacy-lists.fixture.ts';

/** Every list of the API, by its address. A list that is not here fails the test. */
export const lists: Readonly<Record<string, ListUnderTest>> = {
  '/api/billing/usage/events': {
    table: 'billing.usage_events',
    rows: {
      id,
      request_id: id,
      tenant_id: tenant,
      user_id: user,
      api_key_id: rarely('key_rare', 'key_often'),
      sku: `case when n % 2 = 0 then 'even' when n < 200 then 'rare' else 'odd' end`,
      meters: `array['gateway.calls']`,
      quantities: 'array[1]',
      charges_micros: 'array[0]',
      outcome: `'completed'`,
      finished_at: instantOfRow,
    },
    queries: {
      all: listUsageEvents,
      'of a key': (ctx, page) => listUsageEvents(ctx, { ...page, apiKeyId: 'key_often' }),
      'of a key seldom used': (ctx, page) => listUsageEvents(ctx, { ...page, apiKeyId: 'key_rare' }),
      'of a model': (ctx, page) => listUsageEvents(ctx, { ...page, sku: 'even' }),
      'of a model seldom used': (ctx, page) => listUsageEvents(ctx, { ...page, sku: 'rare' }),
      'of a key and a model it seldom used': (ctx, page) =>
        listUsageEvents(ctx, { ...page, apiKeyId: 'key_often', sku: 'rare' }),
      'of a time long ago': (ctx, page) => listUsageEvents(ctx, { ...page, ...longAgo }),
      'of a key and a time long ago': (ctx, page) =>
        listUsageEvents(ctx, { ...page, ...longAgo, apiKeyId: 'key_often' }),
    },
    idOf,
  },
  '/api/billing/bills': {
    table: 'billing.bill_rows',
    rows: {
      id,
      tenant_id: tenant,
      month: rarely('2025-12', '2026-01'),
      resource_id: id,
      list_micros: '10000',
      cash_micros: '10000',
      carried_micros: '0',
      period_end: `${instantOfRow} + interval '1 hour'`,
    },
    queries: {
      all: listBills,
      'of a month': (ctx, page) => listBills(ctx, { ...page, month: '2026-01' }),
      'of a month with few rows': (ctx, page) => listBills(ctx, { ...page, month: '2025-12' }),
    },
    idOf,
  },
  '/api/wallet/transactions': {
    table: 'wallet.transfers',
    rows: {
      id,
      kind: `'post'`,
      code: rarely('top_up', 'usage'),
      debit_account_id: rarely('clearing:test', 'cash:tnt_many'),
      credit_account_id: rarely('cash:tnt_many', 'revenue:models'),
      tenant_id: tenant,
      cash_after_micros: '1',
      created_at: instantOfRow,
    },
    queries: {
      all: listTransactions,
      'of a type': (ctx, page) => listTransactions(ctx, { ...page, type: 'usage' }),
      'of a rare type': (ctx, page) => listTransactions(ctx, { ...page, type: 'top_up' }),
      'money out': (ctx, page) => listTransactions(ctx, { ...page, direction: 'out' }),
      'money in': (ctx, page) => listTransactions(ctx, { ...page, direction: 'in' }),
      'of a type and direction that never meet': (ctx, page) =>
        listTransactions(ctx, { ...page, type: 'usage', direction: 'in' }),
      'of a time long ago': (ctx, page) => listTransactions(ctx, { ...page, ...longAgo }),
    },
    idOf,
  },
  '/api/wallet/top-ups': {
    table: 'wallet.top_ups',
    rows: topUps(),
    queries: {
      all: listTopUps,
      'that came to nothing': (ctx, page) => listTopUps(ctx, { ...page, status: 'failed' }),
      'few that wait': (ctx, page) => listTopUps(ctx, { ...page, status: 'pending' }),
      'none that were paid': (ctx, page) => listTopUps(ctx, { ...page, status: 'paid' }),
    },
    idOf,
  },
  '/api/audit/entries': {
    table: 'audit.entries',
    rows: entries(),
    queries: { all: listAuditEntries },
    idOf,
  },
  '/api/audit/log/lines': {
    table: 'audit.entries',
    rows: entries(),
    queries: {
      all: listLog,
      'of an actor': (ctx, page) => listLog(ctx, { ...page, actor: 'user:often' }),
      'of an actor seen seldom': (ctx, page) => listLog(ctx, { ...page, actor: 'user:rare' }),
      'of an action': (ctx, page) => listLog(ctx, { ...page, action: 'often.done' }),
      'of an action done seldom': (ctx, page) => listLog(ctx, { ...page, action: 'rarely.done' }),
      'about a thing': (ctx, page) => listLog(ctx, { ...page, targetId: 'row_00000007' }),
      'of a time long ago': (ctx, page) => listLog(ctx, { ...page, ...longAgo }),
    },
    idOf,
  },
  '/api/wallet/bank-transfers': {
    table: 'wallet.bank_transfers',
    rows: {
      id,
      tenant_id: tenant,
      user_id: user,
      serial_number: sealed,
      serial_number_index: id,
      account_name: sealed,
      bank_account: sealed,
      bank_name: sealed,
      amount_micros: '10000',
      status: `'credited'`,
    },
    queries: {
      all: listBankTransfers,
      waiting: (ctx, page) => listBankTransfers(ctx, { ...page, status: 'waiting' }),
      'of an account': (ctx, page) => listBankTransfers(ctx, { ...page, tenantId: 'tnt_few' }),
      'of an account with many, waiting': (ctx, page) =>
        listBankTransfers(ctx, { ...page, tenantId: 'tnt_many', status: 'waiting' }),
      'by serial number': (ctx, page) => listBankTransfers(ctx, { ...page, serialNumber: 'B1' }),
    },
    idOf,
  },
  '/api/wallet/suspended-payments': {
    table: 'wallet.suspended_payments',
    rows: {
      id,
      channel: `'bank'`,
      trade_number: sealed,
      trade_number_index: id,
      amount_micros: '10000',
      user_id: user,
      status: `'open'`,
    },
    queries: {
      all: listSuspendedPayments,
      open: (ctx, page) => listSuspendedPayments(ctx, { ...page, status: 'open' }),
    },
    idOf,
  },
  '/api/audit/staff-reads': {
    table: 'audit.staff_reads',
    rows: { id, tenant_id: tenant, subject_id: user, reason: sealed },
    queries: { all: listStaffReads },
    idOf,
  },
  '/api/identity/api-keys': {
    table: 'identity.api_keys',
    rows: { id, tenant_id: tenant, user_id: user, secret_hash: id, kind: `'secret'`, name: sealed },
    queries: { all: listApiKeys },
    idOf,
  },
  '/api/identity/tenants': {
    table: 'identity.tenants',
    rows: {
      id,
      kind: rarely('platform', 'organisation'),
      name: id,
      status: `case when n between ${fewRows * 2 + 1} and ${fewRows * 3} then 'closed' else 'active' end`,
      created_at: instantOfRow,
    },
    queries: {
      all: listTenants,
      'with an address': (ctx, page) => listTenants(ctx, { ...page, query: 'somebody@example.com' }),
      'with a number': (ctx, page) => listTenants(ctx, { ...page, query: '13800138000' }),
      'in a state': (ctx, page) => listTenants(ctx, { ...page, status: 'active' }),
      'in a rare state': (ctx, page) => listTenants(ctx, { ...page, status: 'closed' }),
      'of a kind': (ctx, page) => listTenants(ctx, { ...page, kind: 'organisation' }),
      'of a rare kind': (ctx, page) => listTenants(ctx, { ...page, kind: 'platform' }),
      'of a kind and state that never meet': (ctx, page) =>
        listTenants(ctx, { ...page, kind: 'platform', status: 'closed' }),
      'of a time long ago': (ctx, page) => listTenants(ctx, { ...page, ...longAgo }),
      'by id': (ctx, page) => listTenants(ctx, { ...page, query: idOf(7) }),
      'by the beginning of a name': (ctx, page) => listTenants(ctx, { ...page, query: 'ROW_0000' }),
    },
    idOf,
  },
  '/api/notifications/outbox': {
    table: 'notifications.outbox',
    rows: {
      id,
      user_id: user,
      tenant_id: tenant,
      channel: `'sms'`,
      recipient: sealed,
      body: sealed,
      status: `'sent'`,
    },
    queries: { all: (ctx, page) => listOutbox(ctx, { ...page, withBodies: false }) },
    idOf,
  },
  '/api/announcements/news': {
    table: 'announcements.news',
    rows: { id, state: `'sent'` },
    queries: { all: listNews },
    idOf,
  },
  '/api/catalog/prices': {
    table: 'catalog.price_versions',
    rows: {
      id,
      sku: rarely('rare', 'often'),
      meters: `array['gateway.input-tokens']`,
      micros: 'array[1]',
      per_units: 'array[1]',
    },
    queries: {
      all: listPrices,
      'of a model': (ctx, page) => listPrices(ctx, { ...page, sku: 'often' }),
      'of a model with few': (ctx, page) => listPrices(ctx, { ...page, sku: 'rare' }),
    },
    idOf,
  },
  ...listsOfPrivacy,
};

function entries() {
  return {
    id,
    tenant_id: tenant,
    actor: rarely('user:rare', 'user:often'),
    action: rarely('rarely.done', 'often.done'),
    target_id: id,
    created_at: instantOfRow,
  };
}
