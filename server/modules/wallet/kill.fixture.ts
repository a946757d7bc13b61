import { createInterface } from 'node:readline';
import { createCandor } from '../../candor.ts';
import { createPrivateJwk, openLocalVault, openSigningKey } from '@candor/privacy-engine';
import { systemClock } from '../../kernel/clock.ts';
import { systemContext } from '../../kernel/context.ts';
import { openDatabase } from '../../kernel/db.ts';
import { createKeyedHash } from '../../kernel/keyed-hash.ts';
import { createLog } from '../../kernel/log.ts';
import { Problem } from '../../kernel/problem.ts';
import { createLedgerWriter, type Transfer } from './index.ts';

// A process that is there to be killed: it tops up, holds, captures and spends through the writer, and prints every
// transfer that was acknowledged. Told a start line of JSON on standard input.
interface Start {
  readonly databaseUrl: string;
  readonly run: string;
  readonly vaultFolder: string;
  readonly clients: number;
}

const wallets = 3;
const log = createLog('silent');

function next(run: string, client: number, step: number): Transfer {
  const id = `${run}:${client}:${step}`;
  const cash = `cash:tenant_${client % wallets}`;
  const common = { id, refType: 'test', refId: run } as const;
  switch (step % 4) {
    case 0:
      return {
        ...common,
        kind: 'post',
        code: 'top_up',
        debit: 'clearing:test',
        credit: cash,
        amountMicros: 10n,
      };
    case 1:
      return {
        ...common,
        kind: 'hold',
        code: 'usage',
        debit: cash,
        amountMicros: 6n,
        expiresAt: new Date('2100-01-01T00:00:00Z'),
      };
    case 2:
      return {
        ...common,
        kind: 'capture',
        code: 'usage',
        holdId: `${run}:${client}:${step - 1}`,
        credit: 'revenue:test',
        amountMicros: 4n,
      };
    default:
      return {
        ...common,
        kind: 'post',
        code: 'usage',
        debit: cash,
        credit: 'revenue:test',
        amountMicros: 3n,
      };
  }
}

async function spendUntilKilled({ databaseUrl, vaultFolder, run, clients }: Start): Promise<void> {
  const db = openDatabase(databaseUrl, log, 4);
  const services = {
    product: createCandor(),
    db,
    clock: systemClock,
    log,
    keyedHash: createKeyedHash('only-for-tests'),
    vault: await openLocalVault({ folder: vaultFolder }),
    signingKey: await openSigningKey(await createPrivateJwk()),
  };
  const ctx = systemContext(services, 'kill-test');
  const writer = createLedgerWriter(ctx, { retryPausesMs: [20, 50] });
  await Promise.all(
    Array.from({ length: clients }, async (_, client) => {
      for (let step = 0; ;) {
        const transfer = next(run, client, step);
        try {
          const [result] = await writer.post([transfer]);
          process.stdout.write(`${transfer.id} ${result?.outcome}\n`);
          step += 1;
        } catch (error) {
          // The database is away: the same transfer is asked for again, as a careful caller does.
          if (error instanceof Problem && error.status === 503) continue;
          process.stdout.write(`${transfer.id} refused\n`);
          step += 1;
        }
      }
    }),
  );
}

createInterface({ input: process.stdin }).once('line', (line) => {
  void spendUntilKilled(JSON.parse(line) as Start);
});
