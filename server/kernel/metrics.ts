import { Counter, Gauge, Registry } from 'prom-client';
import type { Ctx } from './context.ts';

/** Where modules put what operators watch besides the model gateway. No label names a customer. */
export const platformMetrics = new Registry();

interface TableMetric {
  readonly name: string;
  readonly help: string;
  /** `counter` for what only grows. */
  readonly kind: 'counter' | 'gauge';
  readonly count: (ctx: Ctx) => Promise<number>;
}

const refreshes = new Set<(ctx: Ctx) => Promise<void>>();

/** A number that is counted from the tables whenever it is read: the same in every process and after a restart. */
export function defineTableMetric({ name, help, kind, count }: TableMetric): void {
  const facts = { name, help, registers: [platformMetrics] };
  if (kind === 'gauge') {
    const gauge = new Gauge(facts);
    refreshes.add(async (ctx) => gauge.set(await count(ctx)));
    return;
  }
  const counter = new Counter(facts);
  refreshes.add(async (ctx) => {
    const total = await count(ctx);
    counter.reset();
    counter.inc(total);
  });
}

/** Counts what `defineTableMetric` has declared. Right before the numbers are sent. */
export async function countTableMetrics(ctx: Ctx): Promise<void> {
  for (const refresh of refreshes) await refresh(ctx);
}
