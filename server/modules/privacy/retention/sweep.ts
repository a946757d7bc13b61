import {
  inDeletionOrder,
  findOverdue,
  type Overdue,
  type RetentionRule,
  retentionRules,
  sweepBatch,
  type SweepInput,
} from '@candor/privacy-engine';
import { sql } from 'drizzle-orm';
import { z } from 'zod';
import { type Ctx, now } from '../../../kernel/context.ts';
import { databaseOptions } from '../../../kernel/database-options.ts';
import { engineQuery, inTransaction } from '../../../kernel/db.ts';
import { newId } from '../../../kernel/id.ts';
import { defineJob } from '../../../kernel/jobs.ts';
import { errorFacts } from '../../../kernel/log.ts';
import { authorize } from '../../../declare/permissions.ts';
import { audit } from '../../audit/index.ts';
import { destroyDayKeys } from './destroy-day-keys.ts';
import { destroyFreedKeys, isOwnSubject } from './destroy-freed-keys.ts';
import { oldestOverdueSeconds, sweptRows } from './metrics.ts';
import { retentionEvidence } from './tables.ts';

export const rowsPerBatch = 1000;
/** A backlog is worked off over several runs, so that one rule does not keep the others waiting. */
const batchesPerRun = 200;

export interface SweptRule extends Overdue {
  readonly rule: RetentionRule;
  readonly done: number;
  /** What PostgreSQL said when it refused, null otherwise. */
  readonly failure: string | null;
}

/** Every declared term. */
export function rulesOf({ product }: Ctx): readonly RetentionRule[] {
  return retentionRules(product.registry, databaseOptions.restrictionTable);
}

/**
 * Carries out every declared ceiling and every end of a hold, with the verbs of an erasure. Nothing is kept because
 * it was forgotten. @returns what was due, rule by rule.
 */
export async function sweepRetention(ctx: Ctx): Promise<SweptRule[]> {
  authorize(ctx, 'privacy:sweep');
  const swept: SweptRule[] = [];
  const rules = await inTransaction(ctx, 'erasure', (ctx) => inDeletionOrder(engineQuery(ctx), rulesOf(ctx)));
  for (const rule of rules) {
    const result = await sweepRule(ctx, rule);
    if (result !== null) swept.push(result);
  }
  await destroyDayKeys(ctx, rules);
  return swept;
}

/** What would be swept now. Writes nothing but the evidence of having looked. */
export async function planSweep(ctx: Ctx): Promise<SweptRule[]> {
  const found: SweptRule[] = [];
  for (const rule of rulesOf(ctx)) {
    const overdue = await inTransaction(ctx, 'erasure', (ctx) => findOverdue(sweepInput(ctx), rule));
    found.push({ ...overdue, rule, done: 0, failure: null });
  }
  return found;
}

/** Null when another process works on the rule. */
async function sweepRule(ctx: Ctx, rule: RetentionRule): Promise<SweptRule | null> {
  const overdue = await inTransaction(ctx, 'erasure', (ctx) => findOverdue(sweepInput(ctx), rule));
  if (overdue.candidates === 0) {
    watch(ctx, rule, 0);
    return { ...overdue, rule, done: 0, failure: null };
  }
  let done = 0;
  let failure: string | null = null;
  const subjects = new Set<string>();
  try {
    for (let batch = 0; batch < batchesPerRun; batch += 1) {
      const part = await sweepOneBatch(ctx, rule, overdue);
      if (part === null) return null;
      done += part.done;
      for (const subject of part.subjects) subjects.add(subject);
      if (part.done < rowsPerBatch) break;
    }
  } catch (error) {
    // One table that refuses must not keep the terms of the others from being kept.
    const { sqlState } = errorFacts(error);
    failure = typeof sqlState === 'string' ? sqlState : 'unknown';
    ctx.log.error({ err: error, rule: rule.name }, 'a term could not be carried out');
  }
  await destroyFreedKeys(
    ctx,
    [...subjects].filter((id) => rule.kind === 'hold-end' || isOwnSubject(id)),
  );
  ctx.product.metrics.counter(sweptRows).inc({ table: `${rule.table.schema}.${rule.table.name}` }, done);
  const left = await inTransaction(ctx, 'erasure', (ctx) => findOverdue(sweepInput(ctx), rule));
  watch(ctx, rule, left.overdueSeconds);
  if (failure !== null)
    await inTransaction(ctx, 'erasure', (ctx) => writeEvidence(ctx, rule, { ...overdue, done: 0, failure }));
  return { ...overdue, rule, done, failure };
}

/** The deletion and the line that reports it are one transaction, so each is reported once. */
async function sweepOneBatch(ctx: Ctx, rule: RetentionRule, overdue: Overdue) {
  return inTransaction(ctx, 'erasure', async (ctx) => {
    const locked = await ctx.db.execute<{ mine: boolean }>(
      sql`select pg_try_advisory_xact_lock(hashtextextended(${`sweep:${rule.kind}:${rule.name}`}, 0)) as mine`,
    );
    if (locked.rows[0]?.mine !== true) return null;
    const part = await sweepBatch(sweepInput(ctx), rule, rowsPerBatch);
    if (part.done > 0) await writeEvidence(ctx, rule, { ...overdue, done: part.done, failure: null });
    return part;
  });
}

/** Joins the caller's transaction. */
async function writeEvidence(
  ctx: Ctx,
  rule: RetentionRule,
  found: Pick<SweptRule, 'candidates' | 'done' | 'oldest' | 'failure'>,
): Promise<void> {
  const table = `${rule.table.schema}.${rule.table.name}`;
  const { candidates, done, oldest, failure } = found;
  await ctx.db.insert(retentionEvidence).values({
    id: newId('sweep'),
    table,
    columns: columnsOf(rule),
    kind: rule.kind,
    verb: rule.verb,
    candidates,
    done,
    oldest,
    failure,
    isDryRun: false,
    createdAt: now(ctx),
  });
  await audit(ctx, 'privacy.term_ended', {
    targetId: null,
    subjectId: null,
    details: { table, kind: rule.kind, candidates, done },
  });
}

export function columnsOf(rule: RetentionRule): string[] {
  return rule.name.slice(rule.name.lastIndexOf('.') + 1).split(',');
}

function watch(ctx: Ctx, rule: RetentionRule, seconds: number): void {
  const place = `${rule.table.schema}.${rule.table.name}`;
  const overdue = ctx.product.metrics.gauge(oldestOverdueSeconds);
  for (const column of columnsOf(rule)) overdue.set({ column: `${place}.${column}` }, seconds);
}

function sweepInput(ctx: Ctx): SweepInput {
  const { restrictionTable } = databaseOptions;
  return { query: engineQuery(ctx), restrictionTable, now: now(ctx) };
}

export const sweepJob = defineJob(
  'privacy.sweep',
  z.object({}),
  async (ctx) => void (await sweepRetention(ctx)),
  {
    cron: '* * * * *',
  },
);
