import { VaultError } from '@candor/privacy-engine';
import { ConfigError } from '../config/config.ts';
import { MigrationHistoryError } from '../database/apply-migrations.ts';
import { UndeclaredDatabaseError } from '../database/prepare-database.ts';
import { OldPostgresError } from '../database/require-postgres.ts';
import { DamagedSecretError } from '../kernel/secrets.ts';
import { PostgresStartError } from '../embedded-postgres/postgres-start-error.ts';

/** EX_CONFIG of sysexits: what is wrong is for a person to mend, so that starting again would end the same way. */
const personMustMend = 78;

/** Failures a person can mend are said in one sentence; anything else keeps its stack. */
export function explain(error: unknown): string {
  if (isForPeople(error)) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

export function exitCodeOf(error: unknown): number {
  return isForPeople(error) ? personMustMend : 1;
}

function isForPeople(error: unknown): error is Error {
  return (
    error instanceof ConfigError ||
    error instanceof UndeclaredDatabaseError ||
    error instanceof OldPostgresError ||
    error instanceof MigrationHistoryError ||
    error instanceof VaultError ||
    error instanceof PostgresStartError ||
    error instanceof DamagedSecretError
  );
}
