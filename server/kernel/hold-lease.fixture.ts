import { createInterface } from 'node:readline';
import { createCandor } from '../candor.ts';
import { systemClock } from './clock.ts';
import { withConsentLease } from './consent-lease.ts';
import { systemContext } from './context.ts';
import { inTransaction, openDatabase } from './db.ts';
import { createKeyedHash } from './keyed-hash.ts';
import { createLog } from './log.ts';

/** Guarantee: nothing is sealed or signed by a holder. */
const untouched = undefined as never;

// A process that is there to be killed: it holds a batch's lease and an open transaction, and says so.
createInterface({ input: process.stdin }).once('line', (line) => {
  const { databaseUrl } = JSON.parse(line) as { databaseUrl: string };
  void hold(databaseUrl);
});

async function hold(databaseUrl: string): Promise<void> {
  const log = createLog('silent');
  const services = {
    product: createCandor(),
    db: openDatabase(databaseUrl, log, 4),
    clock: systemClock,
    log,
    keyedHash: createKeyedHash('only-for-tests'),
    vault: untouched,
    signingKey: untouched,
  };
  const ctx = systemContext(services, 'kill-test');
  await withConsentLease(ctx, { purpose: 'marketing', subject: null }, () =>
    inTransaction(ctx, 'marketing', async () => {
      process.stdout.write('holding\n');
      await new Promise(() => {});
    }),
  );
}
