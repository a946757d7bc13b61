import type pg from 'pg';

/** A node of a plan as `explain (analyze, format json)` tells it, as far as these tests read it. */
interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Rows Removed by Index Recheck'?: number;
  readonly Plans?: readonly PlanNode[];
}

export interface SeenPlan {
  readonly sql: string;
  /** The most rows any node of the plan took into its hands: read, filtered away, sorted or passed on. */
  readonly mostRows: number;
  /** The node that did. */
  readonly where: string;
}

type Query = (config: unknown, values?: unknown) => Promise<{ rows: Record<string, unknown>[] }>;

/**
 * Explains every query that a pool runs from now on, in the transaction, role and row policies it runs in. `plans` is
 * what was seen; the caller empties it. Use it on a pool that has no connection yet.
 */
export function watchPlans(pool: pg.Pool): SeenPlan[] {
  if (pool.totalCount > 0) throw new Error('connections made before are not watched');
  const plans: SeenPlan[] = [];
  pool.on('connect', (client) => {
    // Guarantee: the driver's own method, called as drizzle and the kernel call it, with a promise.
    const run = client.query.bind(client) as unknown as Query;
    const watched: Query = async (config, values) => {
      const sql = textOf(config);
      if (isExplainable(sql)) {
        const parameters = valuesOf(config, values);
        const { rows } = await run(`explain (analyze, timing off, format json) ${sql}`, parameters);
        plans.push(seen(sql, rows[0]?.['QUERY PLAN']));
      }
      return run(config, values);
    };
    Object.assign(client, { query: watched });
  });
  return plans;
}

function isExplainable(sql: string): boolean {
  return (
    /^\s*(select|with)\b/i.test(sql) &&
    !/\b(insert into|update|delete from|for share|pg_advisory\w*|set_config|pg_notify)\b/i.test(sql)
  );
}

function textOf(config: unknown): string {
  if (typeof config === 'string') return config;
  return typeof config === 'object' && config !== null && 'text' in config ? String(config.text) : '';
}

function valuesOf(config: unknown, values: unknown): unknown {
  if (values !== undefined) return values;
  return typeof config === 'object' && config !== null && 'values' in config ? config.values : [];
}

function seen(sql: string, answer: unknown): SeenPlan {
  const [first] = Array.isArray(answer) ? (answer as { Plan: PlanNode }[]) : [];
  if (first === undefined) throw new Error('PostgreSQL gave no plan');
  return { sql, ...busiest(first.Plan) };
}

function busiest(node: PlanNode): Omit<SeenPlan, 'sql'> {
  const perLoop =
    node['Actual Rows'] +
    (node['Rows Removed by Filter'] ?? 0) +
    (node['Rows Removed by Index Recheck'] ?? 0);
  const own = {
    mostRows: perLoop * node['Actual Loops'],
    where: `${node['Node Type']} ${node['Relation Name'] ?? ''}`.trim(),
  };
  return (node.Plans ?? [])
    .map(busiest)
    .reduce((most, inner) => (inner.mostRows > most.mostRows ? inner : most), own);
}
