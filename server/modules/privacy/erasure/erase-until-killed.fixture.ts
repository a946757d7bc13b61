import { createInterface } from 'node:readline';
import { createCandor } from '../../../candor.ts';
import { createPrivateJwk, openLocalVault, openSigningKey } from '@candor/privacy-engine';
import { systemClock } from '../../../kernel/clock.ts';
import { systemContext } from '../../../kernel/context.ts';
import { openDatabase } from '../../../kernel/db.ts';
import { createKeyedHash } from '../../../kernel/keyed-hash.ts';
import { createLog } from '../../../kernel/log.ts';
import { openMaintenance } from '../../../kernel/maintenance.ts';
import { runErasure } from './index.ts';
import type { ErasureState } from './states.ts';

// A process that is there to be killed: it carries an erasure to a state and says so; told to go on, it goes on, and the
// test holds it up in the middle of the next step and kills it there.
interface Start {
  readonly databaseUrl: string;
  readonly adminUrl: string;
  readonly vaultFolder: string;
  readonly erasureId: string;
  readonly until: ErasureState;
}

async function erase({
  databaseUrl,
  adminUrl,
  vaultFolder,
  erasureId,
  until,
}: Start): Promise<() => Promise<unknown>> {
  const log = createLog('silent');
  const services = {
    product: createCandor(),
    db: openDatabase(databaseUrl, log, 4),
    clock: systemClock,
    log,
    keyedHash: createKeyedHash('only-for-tests'),
    vault: await openLocalVault({ folder: vaultFolder }),
    signingKey: await openSigningKey(await createPrivateJwk()),
    maintenance: openMaintenance(adminUrl, log),
  };
  const ctx = systemContext(services, 'kill-test');
  const state = await runErasure(ctx, erasureId, until);
  process.stdout.write(`${state}\n`);
  return () => runErasure(ctx, erasureId);
}

let goOn: (() => Promise<unknown>) | null = null;
createInterface({ input: process.stdin }).on('line', (line) => {
  if (goOn === null) void erase(JSON.parse(line) as Start).then((rest) => (goOn = rest));
  else void goOn().then(() => process.stdout.write('not stopped\n'));
});
