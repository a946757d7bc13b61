import { id, idOf, longAgo, rarely, sealed, tenant, topUps, user } from '../../testing/list-rows.ts';
import { instantOfRow } from '../../testing/many-rows.ts';
import type { ModuleFixture } from '../../testing/module-fixture.ts';
import { listBankTransfers } from './list-bank-transfers.ts';
import { listSuspendedPayments } from './list-suspended-payments.ts';
import { listTopUps } from './list-top-ups.ts';
import { order, yuan } from './sandbox-payments.fixture.ts';
import { listTransactions } from './transactions.ts';

export const fixture = {
  lists: {
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
  },
  addresses: {
    bankTransferId: 'public',
    channel: 'public',
    paymentId: 'public',
    suspendedPaymentId: 'public',
    topUpId: async (owner, app) => (await order(app, owner, yuan)).topUp.id,
  },
  openOperations: ['POST /api/wallet/notifications/{channel}'],
  notLived: ['wallet.suspended_payments'],
  // Money for an account that is closed: no life leads there, and the database refuses clear text in them
  // (`suspended-payments.test.ts`).
  sealed: {
    notLived: ['wallet.suspended_payments.tradeNumber', 'wallet.suspended_payments.refundReference'],
  },
  rows: {
    'wallet.bank_transfers': [
      {
        status: 'reversed',
        creditedBy: 'admin:a',
        decidedBy: 'admin:b',
        reversalProposedBy: 'admin:a',
        reversedBy: 'admin:b',
        amountMicros: 10_000,
      },
    ],
    'wallet.holds': [{ status: 'expired', amountMicros: 100, capturedMicros: 1 }],
    'wallet.suspended_payments': [{ status: 'assigned', amountMicros: 10_000 }],
    'wallet.top_ups': [{ status: 'paid', amountMicros: 10_000 }],
  },
} as const satisfies ModuleFixture;
