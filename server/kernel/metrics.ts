import { Counter, Gauge, Registry } from 'prom-client';
import type { Ctx } from './context.ts';

/** Where modules put what operators watch besides the model gateway. No label names a customer. */
export const platformMetrics = new Registry();

interface CountedMetric {
  readonly name: string;
  readonly help: string;
  /** `counter` for what only grows. */
  readonly kind: 'counter' | 'gauge';
  /** One number, or one for each value of `label`. */
  readonly count: (ctx: Ctx) => Promise<number | ReadonlyMap<string, number>>;
  readonly label?: string;
}

const refreshes = new Set<(ctx: Ctx) => Promise<void>>();

/** A number that is looked up, in the tables mostly, whenever it is read: the same in every process and after a restart. */
export function defineCountedMetric({ name, help, kind, count, label }: CountedMetric): void {
  const facts = { name, help, registers: [platformMetrics], labelNames: label === undefined ? [] : [label] };
  const metric = kind === 'gauge' ? new Gauge(facts) : new Counter(facts);
  refreshes.add(async (ctx) => {
    const counted = await count(ctx);
    metric.reset();
    if (typeof counted === 'number') metric.inc(counted);
    else for (const [value, number] of counted) metric.inc({ [label ?? '']: value }, number);
  });
}

/** Counts what `defineCountedMetric` has declared. Right before the numbers are sent. */
export async function countMetrics(ctx: Ctx): Promise<void> {
  for (const refresh of refreshes) await refresh(ctx);
}
