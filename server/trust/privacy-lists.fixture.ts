import { listUnreadableCells } from '../modules/privacy/integrity/unreadable-cells.ts';
import { listMyCases } from '../modules/privacy/cases/answer-case.ts';
import { listQueue } from '../modules/privacy/cases/case-queue.ts';
import { listConsentHistory } from '../modules/privacy/consent/history.ts';
import { listErasures } from '../modules/privacy/erasure/manage-erasures.ts';
import { listExports } from '../modules/privacy/export/list-exports.ts';
import { readMyRows } from '../modules/privacy/my-data.ts';
import { listEvidence } from '../modules/privacy/retention/read-retention.ts';
import { instantOfRow } from '../testing/many-rows.ts';
import {
  fewRows,
  id,
  idOf,
  type ListUnderTest,
  rarely,
  sealed,
  tenant,
  topUps,
  user,
} from './list-rows.fixture.ts';

export const listsOfPrivacy: Readonly<Record<string, ListUnderTest>> = {
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
};

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
