import { pendingMigration } from './migration-history.ts';

// Fails when a schema file changed and no migration was written for it.
const { statements } = await pendingMigration();
if (statements.length > 0) {
  process.stderr.write(
    `The schema files are ahead of the migrations; run write-migration. Missing:\n${statements.join('\n')}\n`,
  );
  process.exitCode = 1;
}
