import { describeDuration, type Language, type RetentionRule } from '@candor/privacy-engine';
import { desc, lt } from 'drizzle-orm';
import { asSystem, type Ctx } from '../../../kernel/context.ts';
import { inTransaction } from '../../../kernel/db.ts';
import { page } from '../../../kernel/http.ts';
import { authorize } from '../../../declare/permissions.ts';
import { columnTitle, tableTitle } from '../place-title.ts';
import { columnsOf, planSweep, sweepRetention, type SweptRule } from './sweep.ts';
import { retentionEvidence } from './tables.ts';

export interface RetentionState {
  readonly table: string;
  readonly title: string;
  readonly columns: readonly string[];
  readonly kind: RetentionRule['kind'];
  readonly verb: RetentionRule['verb'];
  /** From which event, and how long, in words. */
  readonly term: string;
  /** Rows past their term that a sweep would carry out now. */
  readonly candidates: number;
  readonly oldest: Date | null;
  readonly overdueSeconds: number;
  readonly done: number;
  readonly failure: string | null;
}

/** Every term of every table, and what is due under it: a dry run, which changes nothing. */
export async function readRetention(ctx: Ctx, language: Language): Promise<{ items: RetentionState[] }> {
  authorize(ctx, 'privacy:read-retention');
  return { items: (await planSweep(ctx)).map((swept) => view(ctx, swept, language)) };
}

/** Carries the terms out now instead of within the minute. */
export async function sweepNow(ctx: Ctx, language: Language): Promise<{ items: RetentionState[] }> {
  authorize(ctx, 'privacy:read-retention');
  const swept = await sweepRetention({ ...asSystem(ctx, 'sweep'), requestId: ctx.requestId });
  return { items: swept.map((rule) => view(ctx, rule, language)) };
}

/** What sweeps have found and done, newest first. */
export async function listEvidence(ctx: Ctx, query: { limit: number; cursor?: string | undefined }) {
  authorize(ctx, 'privacy:read-retention');
  return inTransaction(ctx, 'operations', async (ctx) => {
    const rows = await ctx.db
      .select()
      .from(retentionEvidence)
      .where(query.cursor === undefined ? undefined : lt(retentionEvidence.id, query.cursor))
      .orderBy(desc(retentionEvidence.id))
      .limit(query.limit + 1);
    const { items, nextCursor } = page(rows, query.limit);
    return {
      items: items.map((row) => ({
        ...row,
        title: tableTitle(ctx, row.table),
        columnTitles: row.columns.map((column) => columnTitle(ctx, row.table, column)),
      })),
      nextCursor,
    };
  });
}

function view(ctx: Ctx, swept: SweptRule, language: Language): RetentionState {
  const { rule, candidates, oldest, overdueSeconds, done, failure } = swept;
  const { schema, name, columns } = rule.table;
  const titles = columnsOf(rule).flatMap((column) => {
    const entry = columns.find((candidate) => candidate.name === column);
    return entry === undefined || entry.datum === null || entry.atRest === 'index'
      ? []
      : [entry.datum.title[language]];
  });
  return {
    table: `${schema}.${name}`,
    title: rule.table.rule.title?.[language] ?? name,
    columns: [...new Set(titles)],
    kind: rule.kind,
    verb: rule.verb,
    term: termText(ctx, rule, language),
    candidates,
    oldest,
    overdueSeconds,
    done,
    failure,
  };
}

function termText(ctx: Ctx, { terms }: RetentionRule, language: Language): string {
  return terms
    .map(({ anchor, duration }) => {
      const event = ctx.product.registry.vocabulary.anchors[anchor]?.[language] ?? anchor;
      const span = describeDuration(duration, language);
      if (span === null) return event;
      return language === 'zh' ? `${event}后${span}` : `${span} after ${event}`;
    })
    .join(language === 'zh' ? '、' : ', ');
}
