import type { LocalisedText } from '@candor/privacy-engine';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { exportList } from '../../../kernel/export-list.ts';
import { instantSchema, localisedTextSchema, pageOf, pageSchema, typed } from '../../../kernel/http.ts';
import { inBothLanguages, wordInBothLanguages } from '../../../kernel/list-files.ts';
import { listEvidence, readRetention, sweepNow } from './read-retention.ts';

const tags = ['privacy'];
const languageQuery = z.object({ lang: z.enum(['zh', 'en']).default('zh') });

const stateSchema = z
  .object({
    table: z.string(),
    title: z.string(),
    columns: z.array(z.string()).readonly(),
    kind: z.enum(['ceiling', 'hold-end']),
    verb: z.enum(['delete', 'change']),
    term: z.string(),
    candidates: z.int(),
    oldest: instantSchema.nullable(),
    overdueSeconds: z.int(),
    done: z.int(),
    failure: z.string().nullable(),
  })
  .meta({ id: 'RetentionState' });

const evidenceSchema = z
  .object({
    id: z.string(),
    table: z.string(),
    title: localisedTextSchema,
    columns: z.array(z.string()),
    columnTitles: z.array(localisedTextSchema),
    kind: z.enum(['ceiling', 'hold-end', 'day-key']),
    verb: z.enum(['delete', 'change', 'destroy-key']),
    candidates: z.int(),
    done: z.int(),
    oldest: instantSchema.nullable(),
    failure: z.string().nullable(),
    isDryRun: z.boolean(),
    createdAt: instantSchema,
  })
  .meta({ id: 'RetentionEvidence' });

const kindWords: Readonly<Record<string, LocalisedText>> = {
  ceiling: { zh: '最长期限', en: 'longest term' },
  'hold-end': { zh: '法定保存期满', en: 'end of a legal term' },
  'day-key': { zh: '当日密钥', en: 'key of a day' },
};
const verbWords: Readonly<Record<string, LocalisedText>> = {
  delete: { zh: '删除', en: 'deleted' },
  change: { zh: '抹去', en: 'overwritten' },
  'destroy-key': { zh: '销毁密钥', en: 'key destroyed' },
};

const statesSchema = z.object({ items: z.array(stateSchema) });

/** For operators: every term, what is past it, and what sweeps have done. No personal details. */
export function retentionRoutes(app: FastifyInstance): void {
  const routes = typed(app);
  routes.get(
    '/api/privacy/retention',
    {
      schema: {
        operationId: 'readRetention',
        tags,
        summary: 'Every term of every table, and what is due under it (a dry run)',
        querystring: languageQuery,
        response: { 200: statesSchema },
      },
    },
    async ({ ctx, query }) => readRetention(ctx, query.lang),
  );
  routes.post(
    '/api/privacy/retention/sweep',
    {
      schema: {
        operationId: 'sweepRetention',
        tags,
        summary: 'Carry the terms out now, instead of within the minute',
        querystring: languageQuery,
        response: { 200: statesSchema },
      },
    },
    async ({ ctx, query }) => sweepNow(ctx, query.lang),
  );
  routes.get(
    '/api/privacy/retention/evidence',
    {
      schema: {
        operationId: 'listRetentionEvidence',
        tags,
        summary: 'What sweeps have found and done, newest first',
        querystring: pageSchema,
        response: { 200: pageOf(evidenceSchema) },
      },
    },
    async ({ ctx, query }) => listEvidence(ctx, query),
  );
  exportList(app, {
    path: '/api/privacy/retention/evidence',
    name: 'RetentionEvidence',
    tags,
    summary: 'What sweeps have found and done',
    fileName: 'retention-evidence',
    filter: z.object({}),
    item: evidenceSchema,
    readPage: listEvidence,
    columns: [
      ['id 编号', (row) => row.id],
      ['time 时间 (UTC+8)', (row) => row.createdAt],
      ['table 表', (row) => inBothLanguages(row.title)],
      ['columns 列', (row) => row.columnTitles.map(inBothLanguages).join('; ')],
      ['kind 类型', (row) => wordInBothLanguages(kindWords, row.kind)],
      ['act 操作', (row) => wordInBothLanguages(verbWords, row.verb)],
      ['found 到期行数', (row) => ({ number: String(row.candidates) })],
      ['done 已处理', (row) => ({ number: String(row.done) })],
      ['oldest 最早 (UTC+8)', (row) => row.oldest],
      ['failure 失败原因', (row) => row.failure],
      ['dry_run 试运行', (row) => (row.isDryRun ? 'yes 是' : 'no 否')],
    ],
  });
}
