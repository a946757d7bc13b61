import { caseStates } from './cases/states.ts';
import { fewRows, id, idOf, rarely, sealed, tenant, topUps, user } from '../../testing/list-rows.ts';
import { instantOfRow } from '../../testing/many-rows.ts';
import type { ModuleFixture } from '../../testing/module-fixture.ts';
import { listMyCases } from './cases/answer-case.ts';
import { listQueue } from './cases/case-queue.ts';
import { listConsentHistory } from './consent/history.ts';
import { listErasures } from './erasure/manage-erasures.ts';
import { listExports } from './export/list-exports.ts';
import { listUnreadableCells } from './integrity/unreadable-cells.ts';
import { readMyRows } from './my-data.ts';
import { listEvidence } from './retention/read-retention.ts';

const final = ['closed', 'refused', 'withdrawn', 'merged'];

export const fixture = {
  lists: {
    '/api/privacy/my-data/rows': {
      table: 'wallet.top_ups',
      rows: topUps(),
      areRowsPlain: true,
      queries: {
        all: (ctx, page) => readMyRows(ctx, { ...page, table: 'wallet.top_ups', lang: 'zh' }),
      },
      idOf,
    },
    '/api/privacy/cases': {
      table: 'privacy.cases',
      rows: cases(),
      queries: { all: listMyCases },
      idOf,
    },
    '/api/privacy/queue': {
      table: 'privacy.cases',
      rows: cases(),
      queries: {
        open: listQueue,
        closed: (ctx, page) => listQueue(ctx, { ...page, state: 'closed' }),
        'in a rare state': (ctx, page) => listQueue(ctx, { ...page, state: 'in-progress' }),
        'closed of a rare type': (ctx, page) => listQueue(ctx, { ...page, state: 'closed', type: 'access' }),
        'open of a type': (ctx, page) => listQueue(ctx, { ...page, type: 'complaint' }),
        overdue: (ctx, page) => listQueue(ctx, { ...page, isOverdue: true }),
      },
      idOf,
    },
    '/api/privacy/exports': {
      table: 'privacy.exports',
      rows: { id, tenant_id: tenant, user_id: user, status: `'taken'`, language: `'zh'` },
      queries: { all: listExports },
      idOf,
    },
    '/api/privacy/unreadable-cells': {
      table: 'privacy.unreadable_cells',
      rows: { id, subject_id: user, row_id: id },
      queries: { all: listUnreadableCells },
      idOf,
    },
    '/api/privacy/erasures': {
      table: 'privacy.erasures',
      rows: { id, state: rarely('failed', 'frozen'), origin: `'self'`, created_at: instantOfRow },
      queries: {
        all: listErasures,
        'under way': (ctx, page) => listErasures(ctx, { ...page, state: 'frozen' }),
        'failed ones': (ctx, page) => listErasures(ctx, { ...page, state: 'failed' }),
      },
      idOf,
    },
    '/api/privacy/retention/evidence': {
      table: 'privacy.retention_evidence',
      rows: { id, kind: `'ceiling'`, verb: `'delete'` },
      queries: { all: listEvidence },
      idOf,
    },
    '/api/privacy/consents/history': {
      table: 'privacy.consent_events',
      rows: {
        id,
        subject_id: user,
        subject_ref: id,
        kind: `'refused'`,
        form: `'explicit'`,
        method: `'page'`,
      },
      queries: { all: listConsentHistory },
      idOf,
    },
  },
  addresses: {
    hash: 'public',
    purpose: 'public',
    queuedCaseId: 'public',
    reference: 'public',
    erasureId: 'public',
    consentId: async (owner) =>
      (await owner.call('POST', '/api/privacy/consents/marketing/refuse')).json<{ eventId: string }>()
        .eventId,
    caseId: async (owner) => {
      const made = await owner.call('POST', '/api/privacy/cases', {
        type: 'complaint',
        description: 'theirs',
      });
      return made.json<{ id: string }>().id;
    },
    exportId: async (owner) =>
      (await owner.call('POST', '/api/privacy/exports', { proof: { password: owner.password } })).json<{
        id: string;
      }>().id,
  },
  openOperations: [
    'GET /api/privacy/collection-list',
    'GET /api/privacy/installation',
    'GET /api/privacy/policies',
    'GET /api/privacy/policies/{hash}',
    'GET /api/privacy/policies/{hash}/changes',
    'GET /api/privacy/policy',
    'GET /api/privacy/request-options',
    'POST /api/privacy/erasure/certificate',
    'POST /api/privacy/erasure/status',
    'POST /api/privacy/receipts/verify',
    'POST /api/privacy/requests',
    'POST /api/privacy/requests/answers',
    'POST /api/privacy/requests/codes',
    'POST /api/privacy/requests/confirm-account',
    'POST /api/privacy/requests/enter',
    'POST /api/privacy/requests/read',
    'POST /api/privacy/requests/withdraw',
  ],
  // The mark of a stop, and damage.
  notLived: ['privacy.restrictions', 'privacy.unreadable_cells'],
  rows: {
    'privacy.cases': caseStates.map((state) => ({
      state,
      outcome: state === 'closed' ? 'fulfilled' : null,
      refusalCode: state === 'refused' ? 'a-ground' : null,
      closedAt: final.includes(state) ? '2026-01-02T03:04:05.678Z' : null,
    })),
    'privacy.consent_events': [{ kind: 'given', unlinkedAt: null }],
    'privacy.exports': [{ status: 'taken' }],
    'privacy.objections': [{ purpose: 'marketing' }],
    'privacy.restrictions': [{ kind: 'requested' }],
  },
  withoutFiles: {
    '/api/privacy/cases': 'letters, in the export of personal data',
    '/api/privacy/consents/history': 'receipts, in the export of personal data',
    '/api/privacy/exports': 'files themselves',
    '/api/privacy/my-data/rows': 'in the export of personal data',
    '/api/privacy/queue': 'letters and contacts of persons',
    '/api/privacy/unreadable-cells': 'a list of work, empty but for faults',
  },
} as const satisfies ModuleFixture;

function cases() {
  return {
    id,
    subject_id: user,
    state: rarely('in-progress', 'closed'),
    outcome: `case when n between ${fewRows + 1} and ${2 * fewRows} then null else 'fulfilled' end`,
    closed_at: `case when n between ${fewRows + 1} and ${2 * fewRows} then null else ${instantOfRow} end`,
    type: `case when n between ${3 * fewRows} and ${4 * fewRows} then 'access' else 'complaint' end`,
    role: `'self'`,
    contact: sealed,
    description: sealed,
    due_on: `date '2026-01-01' + n / 1000`,
  };
}
