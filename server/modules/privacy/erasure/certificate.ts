import { anonymisedColumns, erasedColumns, type JsonObject, type PlannedTable } from '@candor/privacy-engine';
import { cite } from '../../../declare/laws.ts';
import type { Leaf } from '../../audit/index.ts';
import { planOf } from './destroy-steps.ts';
import type { Erasure } from './erasure-store.ts';
import type { erasureSinks } from './tables.ts';

const dayMs = 24 * 60 * 60 * 1000;

/** What the certificate says: what went, what a law keeps until when, and how that was made sure. No personal value. */
export function statementOf(
  erasure: Erasure,
  sinks: readonly (typeof erasureSinks.$inferSelect)[],
  leaf: Leaf,
  issuedAt: Date,
): JsonObject {
  const plan = planOf(erasure);
  const { keys = [], vacuum, probe, consentsUnlinked = 0, unreadable = [] } = erasure.evidence;
  const unreadableFrom = keys
    .map(({ proof }) => proof.absence.checkedAt)
    .toSorted()
    .at(-1);
  return {
    document: 'erasure certificate',
    erasureId: erasure.id,
    ground: erasure.ground,
    closedAt: iso(erasure.closedAt),
    issuedAt: issuedAt.toISOString(),
    registryHash: plan.registryHash,
    planHash: erasure.planHash ?? '',
    erased: plan.tables.flatMap(erasedPart),
    held: plan.tables.flatMap(heldPart),
    unlinked: plan.tables.flatMap(unlinkedPart),
    consentsUnlinked,
    keys: keys.map(({ keyClass, proof }) => ({
      keyClass,
      destroyedAt: proof.destroyedAt,
      keyIds: proof.keys.map(({ keyId }) => keyId),
      absenceCheckedAt: proof.absence.checkedAt,
    })),
    keysHeld: plan.keys.flatMap((key) =>
      key.verb === 'hold' ? [{ keyClass: key.keyClass, until: key.until }] : [],
    ),
    sinks: sinks
      .toSorted((a, b) => a.sink.localeCompare(b.sink))
      .map(({ sink, erasedAt, probedAt, note }) => ({
        sink,
        erasedAt: iso(erasedAt),
        probedAt: iso(probedAt),
        note,
      })),
    // What was sealed cannot be read from here on; numbers and instants, which are not sealed, are in old backups
    // until those are gone.
    unreadableFrom: unreadableFrom ?? null,
    bytesGoneBy: new Date(issuedAt.getTime() + erasure.backupDays * dayMs).toISOString(),
    space: vacuum === undefined ? null : { ...vacuum },
    probe: probe === undefined ? null : { ...probe, unseen: [...probe.unseen], residue: 0 },
    // A damaged cell was erased like the others, but no search could look for what had stood in it.
    unreadable: [...unreadable],
    auditLeaf: { ...leaf },
  };
}

/** Rows that stay and no longer say whose they were. */
function unlinkedPart(planned: PlannedTable): JsonObject[] {
  const { table, rows } = planned;
  const staying = anonymisedColumns(planned);
  return rows === 0 || staying.length === 0
    ? []
    : [{ table, rows, columns: staying.map(({ column }) => column) }];
}

function erasedPart(planned: PlannedTable): JsonObject[] {
  const { table, verb, rows } = planned;
  const gone = erasedColumns(planned);
  if (rows === 0 || (verb !== 'delete' && gone.length === 0)) return [];
  const cells = gone.map(({ column, verb: how }) => ({ column, how }));
  return [{ table, rows, how: verb === 'delete' ? 'rows deleted' : 'cells erased', cells }];
}

function heldPart({ table, rows, columns }: PlannedTable): JsonObject[] {
  if (rows === 0) return [];
  const held = columns.flatMap((column) =>
    column.verb === 'hold'
      ? [{ column: column.column, law: { ...cite(column.law) }, until: column.until }]
      : [],
  );
  return held.length === 0 ? [] : [{ table, rows, cells: held }];
}

function iso(instant: Date | null): string | null {
  return instant?.toISOString() ?? null;
}
