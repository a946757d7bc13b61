import { createHash } from 'node:crypto';
import type { KeyClass } from '../declaration-types.ts';
import { canonicalBytes, type JsonObject } from '../receipts/canonical-bytes.ts';

/** What an erasure will do, table by table, before it is done. Names, numbers and laws; no value of the person. */
export interface ErasurePlan {
  /** The declarations it was derived from. */
  readonly registryHash: string;
  /** In the order in which it is carried out. */
  readonly cuts: readonly PlannedCut[];
  readonly tables: readonly PlannedTable[];
  /** Constraints that are checked at the end, because rows refer to each other in a circle. */
  readonly deferred: readonly string[];
  readonly keys: readonly PlannedKey[];
}

/** References that must be set to null before the rows they point to can go. */
export interface PlannedCut {
  readonly constraint: string;
  readonly table: string;
  readonly column: string;
  /** Rows of this person that point to each other, or rows of others that point to theirs. */
  readonly rowsOf: 'subject' | 'others';
  readonly rows: number;
}

export interface PlannedTable {
  readonly table: string;
  readonly subjectColumn: string;
  readonly isShared: boolean;
  readonly verb: 'delete' | 'change' | 'keep';
  readonly rows: number;
  readonly columns: readonly PlannedColumn[];
}

export type PlannedColumn =
  | {
      readonly column: string;
      readonly verb: 'delete-row' | 'null' | 'tombstone' | 'unlink' | 'stay' | 'generalise';
    }
  | {
      readonly column: string;
      readonly verb: 'hold';
      readonly law: string;
      /** When the last of these values may go, null when there is none. */
      readonly until: string | null;
    };

export type PlannedKey =
  | { readonly keyClass: KeyClass; readonly verb: 'destroy' }
  | { readonly keyClass: KeyClass; readonly verb: 'hold'; readonly until: string };

/** Columns whose values are gone afterwards. What is kept, cut loose or made coarser does not count as erased (DRUN-2.9). */
export function erasedColumns({ columns }: PlannedTable): readonly PlannedColumn[] {
  return columns.filter(({ verb }) => verb === 'delete-row' || verb === 'null' || verb === 'tombstone');
}

/** Columns whose values stay without an end, in rows that no longer name a person or in a coarser form. */
export function anonymisedColumns({ columns }: PlannedTable): readonly PlannedColumn[] {
  return columns.filter(({ verb }) => verb === 'stay' || verb === 'generalise');
}

/** Plan as canonical JSON (RFC 8785). */
export function planBytes(plan: ErasurePlan): Uint8Array {
  return canonicalBytes(asJson(plan));
}

/** SHA-256 of the canonical plan: names exactly this plan in the ledger, the certificate and the log. */
export function hashPlan(plan: ErasurePlan): string {
  return createHash('sha256').update(planBytes(plan)).digest('hex');
}

/**
 * SHA-256 of what the plan promises: what goes, what stays and by which law, if it happens on this day. Counts are not
 * part of it, because every request of the person adds a line to a log while they read.
 */
export function hashPromise(plan: ErasurePlan, closedAt: Date): string {
  const tables = plan.tables
    .map(({ table, subjectColumn, verb, columns }) => ({
      table,
      subjectColumn,
      verb,
      columns: columns.map((column) =>
        column.verb === 'hold' ? { column: column.column, verb: column.verb, law: column.law } : column,
      ),
    }))
    .toSorted((a, b) => `${a.table}.${a.subjectColumn}`.localeCompare(`${b.table}.${b.subjectColumn}`));
  const promise = { registryHash: plan.registryHash, day: closedAt.toISOString().slice(0, 10), tables };
  return createHash('sha256')
    .update(canonicalBytes(asJson(promise)))
    .digest('hex');
}

/** Guarantee: plans are made of texts, numbers, truth values, null, arrays and plain objects. */
function asJson(plan: object): JsonObject {
  return plan as JsonObject;
}
