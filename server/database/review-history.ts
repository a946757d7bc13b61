import {
  listMigrationFiles,
  readJournal,
  readLandedHashes,
  readMigrations,
  readSnapshotIds,
} from './migration-files.ts';
import { findBreakingStatements } from './find-breaking-statements.ts';

/** The migrations up to this number were written when an installation was one process, so nothing ran beside them. */
const lastOfOneProcess = 27;

/**
 * What is wrong with the files of the migrations themselves: an order that two branches have made twice, a landed
 * migration that was edited, a statement that the release before this one does not survive.
 * @returns one sentence per fault.
 */
export function reviewHistory(folder: string, { isAdditiveFrom = lastOfOneProcess + 1 } = {}): string[] {
  const { entries } = readJournal(folder);
  const tags = entries.map(({ tag }) => tag);
  const files = listMigrationFiles(folder);
  const unreadable = tags.filter((tag) => !files.includes(tag));
  const faults = [
    ...files
      .filter((tag) => !tags.includes(tag))
      .map((tag) => `${tag}.sql is not in the journal, so no database will ever run it`),
    ...unreadable.map((tag) => `${tag} is in the journal, but its file is missing`),
    ...entries.flatMap((entry, place) => {
      const former = entries[place - 1];
      return [
        ...(entry.idx === place && entry.tag.startsWith(`${String(place).padStart(4, '0')}_`)
          ? []
          : [`${entry.tag} stands at place ${place} of the journal with the number ${entry.idx}`]),
        ...(former === undefined || former.when < entry.when
          ? []
          : [`${entry.tag} was written before ${former.tag}, which the journal puts before it`]),
        ...snapshotFaults(folder, place, entry.tag),
      ];
    }),
  ];
  if (unreadable.length > 0) return faults;
  return [...faults, ...landedFaults(folder), ...breakingFaults(folder, isAdditiveFrom)];
}

/** Two branches that both added a migration have made both from one snapshot; merged, the second knows nothing of the first. */
function snapshotFaults(folder: string, place: number, tag: string): string[] {
  const own = readSnapshotIds(folder, place);
  if (own === undefined) return [`${tag} has no snapshot`];
  const former = readSnapshotIds(folder, place - 1);
  if (place === 0 || former?.id === own.prevId) return [];
  return [
    `${tag} was not made from the migration before it, as after a merge of two branches: write it again with write-migration`,
  ];
}

function landedFaults(folder: string): string[] {
  const landed = readLandedHashes(folder);
  const migrations = readMigrations(folder);
  const known = new Map(migrations.map(({ tag, hash }) => [tag, hash]));
  return [
    ...Object.keys(landed)
      .filter((tag) => !known.has(tag))
      .map(
        (tag) => `${tag} has landed and is gone: databases that ran it cannot be distinguished from others`,
      ),
    ...migrations.flatMap(({ tag, hash }, place) => {
      const recorded = landed[tag];
      if (recorded === undefined) {
        // The newest is recorded when the next one is written: until then its author may still edit it.
        return place === migrations.length - 1
          ? []
          : [`the hash of ${tag} is not recorded in meta/_landed.json: run write-migration`];
      }
      return recorded === hash
        ? []
        : [`${tag} was edited after it had landed: put it back, and write another migration`];
    }),
  ];
}

function breakingFaults(folder: string, isAdditiveFrom: number): string[] {
  const migrations = readMigrations(folder);
  return migrations.flatMap((migration, place) =>
    place < isAdditiveFrom
      ? []
      : findBreakingStatements(migration, migrations.slice(0, place)).map(
          ({ statement, reason }) => `${migration.tag}: ${reason}: ${statement}`,
        ),
  );
}
