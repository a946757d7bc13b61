import type { Identifier } from '@candor/privacy-engine';
import type { Ctx } from '../kernel/context.ts';

/** Whom a sink forgets. */
export interface ErasedPerson {
  readonly userId: string;
  readonly tenantId: string | null;
}

/** What a sink holds of a person, as far as it can be seen from here. */
export type SinkReading =
  | { readonly isClean: true; readonly note?: string }
  | { readonly isClean: false; readonly found: number };

/**
 * A place outside the declared tables where something about a person could rest: a queue, a cache, a log, a vendor. No
 * erasure ends without asking each one of the product.
 */
export interface Sink {
  readonly name: string;
  /** Removes what it holds. May be called twice and be killed on any line. */
  erase(ctx: Ctx, person: ErasedPerson): Promise<void>;
  /** Looks for what was known of the person. It keeps nothing of what it is asked for. */
  probe(ctx: Ctx, person: ErasedPerson, identifiers: readonly Identifier[]): Promise<SinkReading>;
}
