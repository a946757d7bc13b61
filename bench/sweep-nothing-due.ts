import { createCandor } from '../server/candor.ts';
import {
  emptyCheckSql,
  findOverdue,
  type RetentionRule,
  retentionRules,
  type SweepInput,
} from '../privacy-engine/index.ts';
import { systemClock } from '../server/kernel/clock.ts';
import { databaseOptions } from '../server/kernel/database-options.ts';
import type { Installation } from './installation.ts';
import { medianMs, print, takeTurns } from './measure.ts';

const rounds = 100;
const largest: readonly string[] = ['billing.usage_events', 'audit.access_log', 'notifications.outbox'];

/** A sweep over tables in which nothing is past its term, rule by rule, relative to finding one row by its key. */
export async function benchSweep({ owner }: Installation): Promise<void> {
  const input: SweepInput = {
    query: async (text, parameters) =>
      (await owner.$client.query<Record<string, unknown>>(text, parameters)).rows,
    restrictionTable: databaseOptions.restrictionTable,
    now: systemClock.now(),
  };
  const rules = retentionRules(createCandor().registry, databaseOptions.restrictionTable).filter(
    ({ kind, table }) => kind === 'ceiling' && largest.includes(placeOf(table)),
  );
  process.stdout.write('\na sweep that finds nothing due\n');
  for (const rule of rules) {
    const place = placeOf(rule.table);
    const { plan, heapFetches } = await explain(owner, emptyCheckSql(rule, input.restrictionTable), [
      input.now,
    ]);
    const timings = await takeTurns(
      {
        lookUp: () =>
          owner.$client.query(`select 1 from ${place} where ${rule.table.keyColumn ?? ''} = $1`, ['nobody']),
        sweep: () => findOverdue(input, rule),
      },
      rounds,
    );
    print(
      `${place}, ${rule.terms[0]?.duration ?? ''}`,
      plan,
      `${heapFetches} heap fetches`,
      `${(medianMs(timings.sweep) / medianMs(timings.lookUp)).toFixed(2)} of one look-up by key`,
    );
  }
}

async function explain(owner: Installation['owner'], statement: string, parameters: readonly unknown[]) {
  const { rows } = await owner.$client.query<Record<string, string>>(
    `explain (analyze, costs off, timing off, summary off) ${statement}`,
    [...parameters],
  );
  const lines = rows.map((row) => row['QUERY PLAN'] ?? '').join('\n');
  const scans = [...lines.matchAll(/(?:Index Only|Index|Seq|Bitmap Heap) Scan/g)].map(([name]) => name);
  return { plan: scans.join(' and '), heapFetches: /Heap Fetches: (\d+)/.exec(lines)?.[1] ?? 'unknown' };
}

function placeOf({ schema, name }: RetentionRule['table']): string {
  return `${schema}.${name}`;
}
