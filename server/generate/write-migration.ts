import { mkdirSync, writeFileSync } from 'node:fs';
import {
  landedHashesFile,
  readJournal,
  readLandedHashes,
  readMigrations,
  snapshotName,
} from '../database/migration-files.ts';
import { pendingMigration } from '../database/migration-history.ts';
import { migrationsFolder } from '../places.ts';

// usage: tsx server/generate/write-migration.ts wallet_holds
// Writes the SQL between the newest migration and the schema files. Read and edit it before it lands; never after.
// Those before it have landed, so their hashes are recorded; `--landed` records the newest one's too.
const name = process.argv[2];
recordLanded();
if (name === '--landed') process.exit();
if (name === undefined || !/^[a-z][a-z0-9_]*$/.test(name))
  throw new Error('name the migration in snake_case: write-migration.ts wallet_holds');
const { snapshot, statements } = await pendingMigration();
if (statements.length === 0) {
  process.stdout.write('The schema files and the migrations agree; nothing to write.\n');
} else {
  const journal = readJournal(migrationsFolder);
  const idx = journal.entries.length;
  const tag = `${String(idx).padStart(4, '0')}_${name}`;
  mkdirSync(`${migrationsFolder}meta`, { recursive: true });
  writeFileSync(`${migrationsFolder}${tag}.sql`, `${statements.join('\n--> statement-breakpoint\n')}\n`);
  writeFileSync(`${migrationsFolder}meta/${snapshotName(idx)}`, `${JSON.stringify(snapshot, null, 2)}\n`);
  const entry = { idx, version: '7', when: Date.now(), tag, breakpoints: true };
  writeFileSync(
    `${migrationsFolder}meta/_journal.json`,
    `${JSON.stringify({ ...journal, entries: [...journal.entries, entry] }, null, 2)}\n`,
  );
  process.stdout.write(`Wrote migrations/${tag}.sql with ${statements.length} statements.\n`);
}

/** Adds the hashes that are not recorded yet. One that is recorded is never changed. */
function recordLanded(): void {
  const file = landedHashesFile(migrationsFolder);
  const hashes = Object.fromEntries(readMigrations(migrationsFolder).map(({ tag, hash }) => [tag, hash]));
  writeFileSync(file, `${JSON.stringify({ ...hashes, ...readLandedHashes(migrationsFolder) }, null, 2)}\n`);
}
