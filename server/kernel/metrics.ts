import { Counter, Gauge, Registry } from 'prom-client';
import type { Ctx } from './context.ts';

/** A number operators watch. No label names a customer. */
export interface MetricFacts {
  readonly name: string;
  readonly help: string;
  readonly labelNames?: readonly string[];
}

/** A number that is looked up, in the tables mostly, whenever it is read: the same in every process and after a restart. */
export interface CountedMetric extends MetricFacts {
  /** `counter` for what only grows. */
  readonly kind: 'counter' | 'gauge';
  /** One number, or one for each value of the only label. */
  readonly count: (ctx: Ctx) => Promise<number | ReadonlyMap<string, number>>;
}

/** The numbers of one product. */
export interface Metrics {
  readonly registry: Registry;
  /** The counter with these facts, made when it is first asked for. */
  counter(facts: MetricFacts): Counter;
  gauge(facts: MetricFacts): Gauge;
  /** Looks up every counted number. Right before the numbers are sent. */
  refresh(ctx: Ctx): Promise<void>;
}

export function createMetrics(counted: readonly CountedMetric[]): Metrics {
  const registry = new Registry();
  const made = new Map<string, Counter | Gauge>();
  function make<M extends Counter | Gauge>(Kind: new (facts: Making) => M, facts: MetricFacts): M {
    const known = made.get(facts.name);
    if (known instanceof Kind) return known;
    const { name, help, labelNames = [] } = facts;
    const metric = new Kind({ name, help, labelNames: [...labelNames], registers: [registry] });
    made.set(name, metric);
    return metric;
  }
  const counter = (facts: MetricFacts) => make(Counter, facts);
  const gauge = (facts: MetricFacts) => make(Gauge, facts);
  return {
    registry,
    counter,
    gauge,
    async refresh(ctx) {
      for (const facts of counted) {
        const metric = facts.kind === 'gauge' ? gauge(facts) : counter(facts);
        const numbers = await facts.count(ctx);
        metric.reset();
        if (typeof numbers === 'number') metric.inc(numbers);
        else
          for (const [value, number] of numbers) metric.inc({ [facts.labelNames?.[0] ?? '']: value }, number);
      }
    },
  };
}

interface Making {
  name: string;
  help: string;
  labelNames: string[];
  registers: Registry[];
}
