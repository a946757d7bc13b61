import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { landedHashesFile, readMigrations, snapshotName } from '../database/migration-files.ts';

export interface WrittenMigration {
  /** Without its number. */
  readonly name: string;
  readonly when: number;
  readonly sql: string;
  /** Name of the migration its author saw as the newest; the one before it where nothing else is said. */
  readonly writtenAfter?: string;
}

/** Migrations as a checkout has them, numbered in the order given. All are recorded as landed. */
export function migrationFolder(migrations: readonly WrittenMigration[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'candor-migrations-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, 'meta'));
  const tagOf = (name: string, place: number) => `${String(place).padStart(4, '0')}_${name}`;
  const entries = migrations.map(({ name, when }, idx) => ({
    idx,
    version: '7',
    when,
    tag: tagOf(name, idx),
    breakpoints: true,
  }));
  writeJson(join(folder, 'meta', '_journal.json'), { version: '7', dialect: 'postgresql', entries });
  for (const [place, { name, sql, writtenAfter }] of migrations.entries()) {
    writeFileSync(join(folder, `${tagOf(name, place)}.sql`), sql);
    const prevId = writtenAfter ?? migrations[place - 1]?.name ?? 'empty';
    writeJson(join(folder, 'meta', snapshotName(place)), { id: name, prevId });
  }
  recordLanded(folder);
  return folder;
}

export function recordLanded(folder: string): void {
  writeJson(
    landedHashesFile(folder),
    Object.fromEntries(readMigrations(folder).map(({ tag, hash }) => [tag, hash])),
  );
}

function writeJson(file: string, value: unknown): void {
  writeFileSync(file, JSON.stringify(value));
}
