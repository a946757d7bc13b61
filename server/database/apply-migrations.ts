import type pg from 'pg';
import { contractOf } from './contract-note.ts';
import { type Migration, readMigrations } from './migration-files.ts';
import { inRulesTransaction, isInTheWay } from './rules-transaction.ts';

/** The migrations of the database and those of this release do not fit together. The server must not start. */
export class MigrationHistoryError extends Error {
  constructor(faults: readonly string[]) {
    super(
      `The migrations of this database do not fit this release, so Candor does not start:\n- ${faults.join('\n- ')}`,
    );
    this.name = 'MigrationHistoryError';
  }
}

/**
 * Runs every migration that this database has not run, found by its hash: of two branches that were merged, one is
 * never passed over because the other was written later. Migrations of a newer release stay as they are: they only
 * add, or name the release that must be known.
 * @throws MigrationHistoryError for a migration that was edited after it ran here, and for a database that no longer
 * has what this release uses.
 */
export async function applyMigrations(client: pg.Client, folder: string): Promise<History> {
  const migrations = readMigrations(folder);
  await client.query(historySql);
  refuseUnfit(migrations, await readHistory(client));
  const findMissing = async () => {
    const ran = new Set((await readHistory(client)).map(({ hash }) => hash));
    return migrations.filter(({ hash }) => !ran.has(hash));
  };
  const hasMigrated = (await findMissing()).length > 0;
  if (hasMigrated)
    await inRulesTransaction(client, async () => {
      for (const migration of await findMissing())
        await run(client, migration, neededBy(migration, migrations));
    });
  return historyOf(migrations, await readHistory(client), hasMigrated);
}

/** Where this release stands beside a database. */
export interface History {
  /** Newest migration of the release. */
  readonly release: string | null;
  /** Whether a newer release has run migrations here that this one does not know. */
  readonly isBehind: boolean;
  /** Whether migrations were missing, and have run now. */
  readonly hasMigrated: boolean;
}

function historyOf(
  migrations: readonly Migration[],
  ran: readonly RanMigration[],
  hasMigrated: boolean,
): History {
  const known = new Set(migrations.map(({ hash }) => hash));
  const isBehind = ran.some(({ hash }) => !known.has(hash));
  return { release: migrations.at(-1)?.tag ?? null, isBehind, hasMigrated };
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
    if (isInTheWay(error)) throw error;
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
