import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Ctx } from '../../kernel/context.ts';
import { instantSchema, pageOf, pageSchema, typed } from '../../kernel/http.ts';
import { listStaffReads } from './staff-reads.ts';

const staffReadSchema = z
  .object({
    id: z.string(),
    staffId: z.string(),
    what: z.array(z.string()).meta({ description: 'Columns that were shown, as in the collection list' }),
    titles: z.array(z.string()).meta({ description: 'The same in words' }),
    reason: z.string(),
    caseId: z.string().nullable(),
    createdAt: instantSchema,
  })
  .meta({ id: 'StaffRead' });

export function staffReadRoutes(app: FastifyInstance): void {
  typed(app).get(
    '/api/audit/staff-reads',
    {
      schema: {
        operationId: 'listStaffReads',
        tags: ['audit'],
        summary: 'Who of the staff looked at your data, at what, when and why',
        querystring: pageSchema.extend({ lang: z.enum(['zh', 'en']).default('zh') }),
        response: { 200: pageOf(staffReadSchema) },
      },
    },
    async ({ ctx, query }) => {
      const { items, nextCursor } = await listStaffReads(ctx, query);
      const titles = (what: readonly string[]) => [
        ...new Set(what.map((name) => titleOf(ctx, name, query.lang))),
      ];
      return { items: items.map((item) => ({ ...item, titles: titles(item.what) })), nextCursor };
    },
  );
}

/** What a column is called in the collection list; one that is gone since keeps its own name. */
function titleOf(ctx: Ctx, name: string, lang: 'zh' | 'en'): string {
  const datum = ctx.product.registry.tables
    .flatMap((table) => table.columns.map((column) => ({ table, column })))
    .find(({ table, column }) => `${table.schema}.${table.name}.${column.name}` === name)?.column.datum;
  return datum?.title[lang] ?? name;
}
