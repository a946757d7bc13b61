import type { Identifier } from '@candor/privacy';
import type { Ctx } from './context.ts';

/** Whom a sink forgets. */
export interface ErasedPerson {
  readonly userId: string;
  readonly tenantId: string | null;
}

/** What a sink holds of somebody, as far as it can be seen from here. */
export type SinkReading =
  | { readonly isClean: true; readonly note?: string }
  | { readonly isClean: false; readonly found: number };

/** A place outside the declared tables where something about a person could rest: a queue, a cache, a log, a vendor. */
export interface Sink {
  readonly name: string;
  /** Removes what it holds. May be called twice and be killed on any line. */
  erase(ctx: Ctx, person: ErasedPerson): Promise<void>;
  /** Looks for what was known of the person. It keeps nothing of what it is asked for. */
  probe(ctx: Ctx, person: ErasedPerson, identifiers: readonly Identifier[]): Promise<SinkReading>;
}

const sinks = new Map<string, Sink>();

/** Declares a sink: from now on no erasure ends without it. The last declaration of a name counts. */
export function defineSink(sink: Sink): void {
  sinks.set(sink.name, sink);
}

/** A sink that belongs to a server which stops: the others go on without it. */
export function withdrawSink(sink: Sink): void {
  if (sinks.get(sink.name) === sink) sinks.delete(sink.name);
}

/** Every declared sink, in order of name. */
export function knownSinks(): readonly Sink[] {
  return [...sinks.values()].toSorted((a, b) => a.name.localeCompare(b.name));
}
