import type pg from 'pg';

/** This PostgreSQL is not one that Candor can be trusted to. */
export class OldPostgresError extends Error {
  constructor(version: string, needed: string) {
    super(`DATABASE_URL: this is PostgreSQL ${version}, and Candor needs ${needed} or newer.`);
    this.name = 'OldPostgresError';
  }
}

/**
 * The first minor release of each major one that plans a prepared statement again when its role has changed, also where
 * row policies stand in what the statement reads (CVE-2024-10976). Connections are shared by the purposes, so an older one
 * could show a purpose the rows of another.
 */
const firstMinor: ReadonlyMap<number, number> = new Map([
  [15, 9],
  [16, 5],
  [17, 1],
]);

/** @throws OldPostgresError */
export async function requirePostgres(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ number: number }>(
    `select current_setting('server_version_num')::integer as number`,
  );
  refuseOld(rows[0]?.number ?? 0);
}

/** @param number as in `server_version_num`: 150009 is 15.9. @throws OldPostgresError */
export function refuseOld(number: number): void {
  const [major, minor] = [Math.floor(number / 10_000), number % 10_000];
  const oldest = Math.min(...firstMinor.keys());
  const needed = firstMinor.get(Math.max(major, oldest));
  if (major >= oldest && minor >= (needed ?? 0)) return;
  throw new OldPostgresError(`${major}.${minor}`, `${Math.max(major, oldest)}.${needed}`);
}
