import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import pg from 'pg';
import type { OwnDatabase } from './own-database.ts';

/** Where a text was found: `file base/5/16385`, `dump identity.users`, `statistics`. */
export type Place = string;

/**
 * Looks for texts wherever PostgreSQL keeps bytes: heap, indexes, TOAST, write-ahead log, server log, a base backup,
 * what a dump would print, and the statistics of the planner. As they are, in hexadecimal and in base64.
 */
export async function findPlainText(database: OwnDatabase, texts: readonly string[]): Promise<Place[]> {
  const needles = texts.flatMap(formsOf);
  const { admin, dataDir } = database;
  await admin.query('checkpoint');
  await admin.query('analyze');
  const found = new Set<Place>();
  for (const place of await searchFiles(dataDir, needles)) found.add(`file ${place}`);
  for (const place of await searchBackup(database, needles)) found.add(`backup ${place}`);
  for (const place of await searchRows(admin, needles)) found.add(place);
  return [...found].toSorted();
}

/** Base64 depends on what stands before: three alignments, without the letters that the neighbours decide. */
function formsOf(text: string): Buffer[] {
  const bytes = Buffer.from(text);
  const shifted = [0, 1, 2].map((shift) => {
    const encoded = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replaceAll('=', '');
    return Buffer.from(encoded.slice(shift === 0 ? 0 : shift + 1, -1));
  });
  return [bytes, Buffer.from(bytes.toString('hex')), ...shifted];
}

async function searchFiles(folder: string, needles: readonly Buffer[]): Promise<Place[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const places: Place[] = [];
  for (const entry of entries.filter((file) => file.isFile())) {
    const path = join(entry.parentPath, entry.name);
    const content = await readFile(path).catch(() => Buffer.alloc(0));
    if (needles.some((needle) => content.includes(needle))) places.push(relative(folder, path));
  }
  return places;
}

/** A base backup as the manual describes it: the files, copied while the server runs. */
async function searchBackup(
  { adminUrl, dataDir }: OwnDatabase,
  needles: readonly Buffer[],
): Promise<Place[]> {
  const copy = await mkdtemp(join(tmpdir(), 'candor-backup-'));
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    await client.query(`select pg_backup_start('plain text', fast => true)`);
    await cp(dataDir, copy, { recursive: true, force: true, errorOnExist: false, filter: isCopied });
    await client.query('select pg_backup_stop()');
    return await searchFiles(copy, needles);
  } finally {
    await client.end();
    await rm(copy, { recursive: true, force: true });
  }
}

function isCopied(source: string): boolean {
  return !/\.s\.PGSQL|postmaster\.pid|pg_internal\.init|pgsql_tmp/.test(source);
}

/** What a dump prints of each table, and what `pg_stats` and `pg_stat_activity` show. */
async function searchRows(admin: pg.Pool, needles: readonly Buffer[]): Promise<Place[]> {
  const tables = await admin.query<{ name: string }>(
    `select quote_ident(schemaname) || '.' || quote_ident(tablename) as name from pg_tables
     where schemaname not in ('pg_catalog', 'information_schema') order by 1`,
  );
  const sources = [
    ...tables.rows.map(({ name }) => ({ place: `dump ${name}`, name })),
    { place: 'statistics', name: 'pg_stats' },
    { place: 'activity', name: 'pg_stat_activity' },
  ];
  const places: Place[] = [];
  for (const { place, name } of sources) {
    const { rows } = await admin.query<{ line: string }>(`select t::text as line from ${name} t`);
    // The statement that asks stands in the activity itself, but holds no needle.
    const lines = Buffer.from(rows.map(({ line }) => line).join('\n'));
    if (needles.some((needle) => lines.includes(needle))) places.push(place);
  }
  return places;
}
