import { reviewHistory } from './review-history.ts';
import { pendingMigration } from './migration-history.ts';
import { migrationsFolder } from '../places.ts';

// Fails when a schema file changed and no migration was written for it, and when the migrations contradict each other.
const { statements } = await pendingMigration();
const faults = reviewHistory(migrationsFolder);
if (statements.length > 0)
  faults.push(
    `The schema files are ahead of the migrations; run write-migration. Missing:\n${statements.join('\n')}`,
  );
for (const fault of faults) process.stderr.write(`${fault}\n`);
if (faults.length > 0) process.exitCode = 1;
