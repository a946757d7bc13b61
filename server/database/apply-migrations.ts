import type pg from 'pg';
import { setTimeout as delay } from 'node:timers/promises';
import { isConflictOfTransactions } from '../kernel/database-faults.ts';
import { takeRulesLockSql } from '../kernel/db.ts';
import { contractOf } from './contract-note.ts';
import { type Migration, readMigrations } from './migration-files.ts';

/** The migrations of the database and those of this release do not fit together. The server must not start. */
export class MigrationHistoryError extends Error {
  constructor(faults: readonly string[]) {
    super(
      `The migrations of this database do not fit this release, so Candor does not start:\n- ${faults.join('\n- ')}`,
    );
    this.name = 'MigrationHistoryError';
  }
}

const maxAttempts = 40;
/** A migration waits so long for a table; every transaction that wants the same table waits behind it. */
const lockTimeoutMs = 2_000;

/**
 * Runs every migration that this database has not run, found by its hash: of two branches that were merged, one is
 * never passed over because the other was written later. Migrations of a newer release stay as they are: they only
 * add, or name the release that must be known.
 * @throws MigrationHistoryError for a migration that was edited after it ran here, and for a database that no longer
 * has what this release uses.
 */
export async function applyMigrations(client: pg.Client, folder: string): Promise<void> {
  const migrations = readMigrations(folder);
  await client.query(historySql);
  refuseUnfit(migrations, await readHistory(client));
  for (let attempt = 1; ; attempt += 1) {
    const hashes = new Set((await readHistory(client)).map(({ hash }) => hash));
    const missing = migrations.filter(({ hash }) => !hashes.has(hash));
    if (missing.length === 0) return;
    try {
      await client.query(`begin; set local lock_timeout = ${lockTimeoutMs}; ${takeRulesLockSql}`);
      for (const migration of missing) await run(client, migration, neededBy(migration, migrations));
      await client.query('commit');
      return;
    } catch (error) {
      await client.query('rollback');
      if (!isPassing(error) || attempt === maxAttempts) throw error;
      await delay(100 * (0.5 + Math.random()));
    }
  }
}

/** The table of Drizzle's own migrator, with the name of a migration and the release that its contract notes ask for. */
const historySql = `
  create schema if not exists drizzle;
  create table if not exists drizzle.__drizzle_migrations (id serial primary key, hash text not null, created_at bigint);
  alter table drizzle.__drizzle_migrations add column if not exists tag text;
  alter table drizzle.__drizzle_migrations add column if not exists needs text`;

interface RanMigration {
  readonly hash: string;
  readonly when: number;
  readonly tag: string | null;
  /** Hash of the newest migration that a release must have to work without what this one took away. */
  readonly needs: string | null;
}

async function readHistory(client: pg.Client): Promise<RanMigration[]> {
  const { rows } = await client.query<RanMigration>(
    `select hash, created_at::float8 as "when", tag, needs from drizzle.__drizzle_migrations order by created_at, id`,
  );
  return rows;
}

function refuseUnfit(migrations: readonly Migration[], history: readonly RanMigration[]): void {
  const known = new Set(migrations.map(({ hash }) => hash));
  const ran = new Set(history.map(({ hash }) => hash));
  const edited = history.flatMap(({ hash, when }) => {
    const file = known.has(hash) ? undefined : migrations.find((migration) => migration.when === when);
    return file === undefined || ran.has(file.hash)
      ? []
      : [`${file.tag} was edited after it had run here; put it back, and write another migration`];
  });
  const tooOld = history.flatMap(({ hash, tag, needs }) =>
    known.has(hash) || needs === null || known.has(needs)
      ? []
      : [`${tag ?? hash} of a newer release has removed what this release still uses; start a newer release`],
  );
  const faults = [...edited, ...tooOld];
  if (faults.length > 0) throw new MigrationHistoryError(faults);
}

/** Hash of the newest migration that the contract notes of this one name. */
function neededBy({ statements }: Migration, migrations: readonly Migration[]): string | null {
  const named = new Set(statements.map(contractOf));
  return migrations.findLast(({ tag }) => named.has(tag))?.hash ?? null;
}

async function run(
  client: pg.Client,
  { tag, when, hash, statements }: Migration,
  needs: string | null,
): Promise<void> {
  try {
    for (const statement of statements) await client.query(statement);
  } catch (error) {
    if (isPassing(error)) throw error;
    throw new Error(
      `the migration ${tag} failed: ${error instanceof Error ? error.message : String(error)}`,
      {
        cause: error,
      },
    );
  }
  await client.query(
    'insert into drizzle.__drizzle_migrations (hash, created_at, tag, needs) values ($1, $2, $3, $4)',
    [hash, when, tag, needs],
  );
}

/** Another transaction was in the way. */
function isPassing(error: unknown): boolean {
  return (
    isConflictOfTransactions(error) || (error instanceof Error && 'code' in error && error.code === '55P03')
  );
}
