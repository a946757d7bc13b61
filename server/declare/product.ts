import type { LocalisedText, Registry } from '@candor/privacy-engine';
import { getTableName } from 'drizzle-orm';
import { getTableConfig, PgTable } from 'drizzle-orm/pg-core';
import type { Subscription } from '../kernel/events.ts';
import type { JobDefinition } from '../kernel/jobs.ts';
import { createMetrics, type CountedMetric, type Metrics } from '../kernel/metrics.ts';
import { kernelProblems, type ProblemFactory } from '../kernel/problem.ts';
import type { AddressedRows } from './addressed-rows.ts';
import { buildProductRegistry } from './build-registry.ts';
import type { ReviewClosing } from './closing-review.ts';
import type { CorrectionRule } from './corrections.ts';
import type { Module } from './define-module.ts';
import type { ExportPart } from './export-part.ts';
import { foldMeters, type Meters, wordsOfMeters } from './meter.ts';
import { createNamedParts, type NamedParts } from './named-parts.ts';
import type { ReadRecipients } from './outside-recipients.ts';
import type { Who } from './permissions.ts';
import type { RecipientHook } from './recipient-hook.ts';
import { ownPurposes, privacy } from './policy.ts';
import { type ActsFor, type DeclaredPurpose, withoutActors } from './purposes.ts';
import type { Sink } from './sink.ts';

/** What all modules bring, folded: a process has one per application, and every context carries it. */
export interface Product {
  readonly modules: readonly Module[];
  /** Every declaration about data, checked and hashed. */
  readonly registry: Registry;
  /** For whom a transaction of each purpose may be opened. */
  readonly actsFor: ReadonlyMap<string, readonly ActsFor[]>;
  /** Every act of the audit log, in words. */
  readonly acts: ReadonlyMap<string, LocalisedText>;
  readonly permissions: ReadonlyMap<string, readonly Who[]>;
  readonly problems: ReadonlyMap<string, ProblemFactory>;
  readonly jobs: NamedParts<JobDefinition>;
  readonly subscriptions: ReadonlyMap<string, readonly Subscription[]>;
  readonly meters: Meters;
  /** Words for the codes of meters, units and products. */
  readonly meterWords: Readonly<Record<string, LocalisedText>>;
  readonly metrics: Metrics;
  readonly sinks: NamedParts<Sink>;
  readonly addressedRows: readonly AddressedRows[];
  readonly corrections: ReadonlyMap<string, CorrectionRule>;
  readonly exportParts: NamedParts<ExportPart>;
  readonly recipientHooks: NamedParts<RecipientHook>;
  readonly closingReviews: readonly ReviewClosing[];
  readonly outsideRecipients: readonly ReadRecipients[];
}

/** What belongs to no module: the queue, the log. */
export interface OwnParts {
  readonly sinks: readonly Sink[];
  readonly metrics: readonly CountedMetric[];
}

/**
 * Folds the modules into one product.
 * @param modules lowest first.
 * @throws when two modules bring the same name, or one calls or hears of a module that is not before it.
 */
export function createProduct(modules: readonly Module[], own: OwnParts): Product {
  requireOrder(modules);
  const collect = <Part>(of: (module: Module) => readonly Part[] | undefined): Part[] =>
    modules.flatMap((module) => of(module) ?? []);
  const subscriptions = collect(({ on }) => on);
  const problems = collect((module) => Object.values(module.problems ?? {}));
  const acts = new Map(collect((module) => Object.entries(module.acts ?? {})));
  requireOnce(
    collect(({ ids }) => ids),
    'ids that begin with',
  );
  const meters = collect((module) => module.meters);
  const meterWords = wordsOfMeters(
    meters,
    collect(({ retiredCodes }) => retiredCodes),
  );
  const broughtPurposes = merge<DeclaredPurpose>(
    ownPurposes,
    modules.map(({ purposes = {} }) => purposes),
  );
  const brought = {
    purposes: withoutActors(broughtPurposes),
    recipients: merge(
      privacy.vocabulary.recipients,
      modules.map(({ recipients = {} }) => recipients),
    ),
  };
  return {
    modules,
    registry: buildProductRegistry(collect(tablesOf), {
      ...brought,
      wordLists: {
        acts: Object.fromEntries(acts),
        meters: meterWords,
        endpoints: Object.fromEntries(collect(({ endpoints }) => Object.entries(endpoints ?? {}))),
        messages: Object.fromEntries(
          collect(({ messages }) => messages).map(({ template, title }) => [template, title]),
        ),
        purposes: wordsOf({ ...privacy.vocabulary.purposes, ...brought.purposes }),
        recipients: wordsOf(brought.recipients),
      },
    }),
    actsFor: new Map(
      Object.entries({ ...ownPurposes, ...broughtPurposes }).map(([name, { actsFor }]) => [name, actsFor]),
    ),
    acts,
    permissions: new Map(collect(({ permissions }) => Object.entries(permissions ?? {}))),
    problems: new Map([...kernelProblems, ...problems].map((factory) => [factory.code, factory])),
    jobs: createNamedParts([...collect(({ jobs }) => jobs), ...subscriptions.map(({ job }) => job)]),
    subscriptions: byEvent(subscriptions),
    meters: foldMeters(meters),
    meterWords,
    metrics: createMetrics([...own.metrics, ...collect(({ metrics }) => metrics)]),
    sinks: createNamedParts([...own.sinks, ...collect(({ sinks }) => sinks)]),
    addressedRows: collect(({ addressedRows }) => addressedRows),
    corrections: new Map(collect(({ corrections }) => corrections).map((rule) => [rule.table, rule])),
    exportParts: createNamedParts(collect(({ exportParts }) => exportParts)),
    recipientHooks: createNamedParts([]),
    closingReviews: collect(({ closingReview }) => (closingReview === undefined ? [] : [closingReview])),
    outsideRecipients: collect(({ outsideRecipients }) =>
      outsideRecipients === undefined ? [] : [outsideRecipients],
    ),
  };
}

function byEvent(subscriptions: readonly Subscription[]): ReadonlyMap<string, readonly Subscription[]> {
  const found = new Map<string, Subscription[]>();
  for (const subscription of subscriptions)
    found.set(subscription.event, [...(found.get(subscription.event) ?? []), subscription]);
  return found;
}

function requireOnce(names: readonly string[], what: string): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`two modules bring ${what} ${twice}`);
}

/** @throws when two modules bring the same name, or one that `policy.ts` has. */
function merge<Part>(
  ofPolicy: Readonly<Record<string, Part>>,
  parts: readonly Readonly<Record<string, Part>>[],
): Record<string, Part> {
  const names = parts.flatMap((part) => Object.keys(part));
  requireOnce([...Object.keys(ofPolicy), ...names], 'the name');
  return Object.assign({}, ...parts) as Record<string, Part>;
}

function wordsOf(definitions: Readonly<Record<string, { readonly text: LocalisedText }>>) {
  return Object.fromEntries(Object.entries(definitions).map(([name, { text }]) => [name, text]));
}

function requireOrder(modules: readonly Module[]): void {
  const before = new Set<string>();
  const emitted = new Set<string>();
  for (const { name, calls = [], on = [], emits = [] } of modules) {
    const strange = calls.find((called) => !before.has(called));
    if (strange !== undefined) throw new Error(`${name} calls ${strange}, which is not before it`);
    const unheard = on.find(({ event }) => !emitted.has(event));
    if (unheard !== undefined)
      throw new Error(`${name} hears of ${unheard.event}, which no module before it emits`);
    for (const event of emits) emitted.add(event.name);
    if (before.has(name)) throw new Error(`two modules are called ${name}`);
    before.add(name);
  }
}

/** @throws when a table is in the schema of another module. */
function tablesOf({ name, schema = {} }: Module): PgTable[] {
  // By name: in which order a module namespace lists its exports depends on the loader.
  const tables = Object.values(schema)
    .filter((value): value is PgTable => value instanceof PgTable)
    .toSorted((a, b) => (getTableName(a) < getTableName(b) ? -1 : 1));
  const strange = tables.map((table) => getTableConfig(table)).find((table) => table.schema !== name);
  if (strange !== undefined) throw new Error(`${name} brings the table ${strange.schema}.${strange.name}`);
  return tables;
}
