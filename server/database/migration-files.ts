import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One line of history for all modules: the journal says the order, a snapshot is the schema after a migration. */
export interface Journal {
  readonly version: string;
  readonly dialect: 'postgresql';
  readonly entries: {
    readonly idx: number;
    readonly version: string;
    readonly when: number;
    readonly tag: string;
    readonly breakpoints: boolean;
  }[];
}

export interface Migration {
  /** Number and name: `0027_serial_number_in_order`. */
  readonly tag: string;
  /** When it was written, in milliseconds: what Drizzle's own migrator orders by. */
  readonly when: number;
  /** SHA-256 of the file, which stays the same when a migration gets another number. */
  readonly hash: string;
  readonly statements: readonly string[];
}

const breakpoint = '--> statement-breakpoint';

/** @param folder with `meta/_journal.json` and one SQL file per entry. */
export function readMigrations(folder: string): Migration[] {
  return readJournal(folder).entries.map(({ tag, when }) => {
    const text = readFileSync(join(folder, `${tag}.sql`), 'utf8');
    return {
      tag,
      when,
      hash: createHash('sha256').update(text).digest('hex'),
      statements: text.split(breakpoint),
    };
  });
}

export function readJournal(folder: string): Journal {
  const found = readJsonIfThere(join(folder, 'meta', '_journal.json')) as Journal | undefined;
  return found ?? { version: '7', dialect: 'postgresql', entries: [] };
}

/** Hashes by tag of the migrations that have landed: lines are added here, and never changed. */
export function readLandedHashes(folder: string): Readonly<Record<string, string>> {
  return (readJsonIfThere(landedHashesFile(folder)) ?? {}) as Record<string, string>;
}

export function landedHashesFile(folder: string): string {
  return join(folder, 'meta', '_landed.json');
}

/** Tags of the SQL files in the folder, whatever the journal says. */
export function listMigrationFiles(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .map((name) => name.slice(0, -'.sql'.length))
    .toSorted();
}

export function snapshotName(index: number): string {
  return `${String(index).padStart(4, '0')}_snapshot.json`;
}

/** Ids of a snapshot and of the one it was made from, undefined where there is none. */
export function readSnapshotIds(folder: string, index: number): { id: string; prevId: string } | undefined {
  return readJsonIfThere(join(folder, 'meta', snapshotName(index))) as
    | { id: string; prevId: string }
    | undefined;
}

/** Guarantee where it is cast: files that only our scripts write. */
function readJsonIfThere(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
