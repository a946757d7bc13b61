import { sql } from 'drizzle-orm';
import { systemClock } from '../server/kernel/clock.ts';
import { newId } from '../server/kernel/id.ts';
import { runErasure, startErasure } from '../server/modules/privacy/erasure/index.ts';
import type { ErasureState } from '../server/modules/privacy/erasure/states.ts';
import { runExport } from '../server/modules/privacy/export/run-export.ts';
import { exports } from '../server/modules/privacy/export/tables.ts';
import { type Installation, withInstallation } from './installation.ts';
import { medianMs, print, takeTurns, timeOf } from './measure.ts';
import { benchSweep } from './sweep-nothing-due.ts';
import { addPerson, addRows, type Person } from './rows-of-people.ts';

const personsPerSize = 2;
const exportsPerPerson = 3;

/**
 * A person with many rows among few and among many rows of others: taking their data along and erasing it must take
 * the time of their own rows. `npm run bench many-rows=1000000,10000000` is the full size.
 */
export async function bench(sizes: readonly number[] = [50_000, 500_000]): Promise<void> {
  const rowsPerPerson = Math.min(100_000, (sizes[0] ?? 0) / 10);
  await withInstallation(async (installation) => {
    process.stdout.write(`${installation.version}, persons with ${rowsPerPerson} rows each\n`);
    const figures: Figures[] = [];
    for (const [index, size] of sizes.entries()) {
      const persons: Person[] = [];
      while (persons.length < personsPerSize)
        persons.push(await addPerson(installation.ctx, installation.owner));
      const { ms } = await timeOf(() =>
        addRows(installation, { from: sizes[index - 1] ?? 0, to: size }, persons, rowsPerPerson),
      );
      process.stdout.write(`\namong ${size} rows of others (written in ${(ms / 1000).toFixed(0)} s)\n`);
      figures.push(await measure(installation, persons));
    }
    printRatios(figures);
    await benchSweep(installation);
  });
}

type Figures = Readonly<Record<'export' | 'erased and unreadable' | 'searched for and certified', number>>;

async function measure(installation: Installation, persons: readonly Person[]): Promise<Figures> {
  const [first] = persons;
  if (first === undefined) throw new Error('nobody to measure');
  const exported = await takeTurns({ once: () => exportOnce(installation, first) }, exportsPerPerson);
  const [gone, proved]: [number[], number[]] = [[], []];
  for (const person of persons) {
    const erasureId = await confirm(installation, person);
    gone.push((await timeOf(() => runTo(installation, erasureId, 'keys-destroyed'))).ms);
    proved.push((await timeOf(() => runTo(installation, erasureId, 'certified'))).ms);
  }
  const figures: Figures = {
    export: medianMs(exported.once),
    'erased and unreadable': Math.min(...gone),
    'searched for and certified': Math.min(...proved),
  };
  for (const [name, ms] of Object.entries(figures)) print(name, `${(ms / 1000).toFixed(2)} s`);
  return figures;
}

async function confirm({ ctx }: Installation, { userId, tenantId }: Person): Promise<string> {
  const wishes = { origin: 'person', ground: 'account-cancelled', promiseHash: '', backupDays: 0 } as const;
  const reference = 'er_of_the_benchmark';
  return startErasure(ctx, { subjectId: userId, tenantId, reference, ...wishes });
}

async function runTo({ ctx }: Installation, erasureId: string, state: ErasureState): Promise<void> {
  const reached = await runErasure(ctx, erasureId, state);
  if (reached !== state) throw new Error(`the erasure is ${reached} instead of ${state}`);
}

async function exportOnce({ ctx, owner }: Installation, { userId, tenantId }: Person): Promise<void> {
  const id = newId('export');
  await owner.insert(exports).values({
    id,
    tenantId,
    userId,
    status: 'queued',
    language: 'en',
    attempt: 0,
    rowsDone: 0,
    chunks: 0,
    sizeBytes: 0,
    createdAt: systemClock.now(),
  });
  await runExport(ctx, id);
  const { rows } = await owner.execute<{ status: string; rows_total: bigint }>(
    sql`select status, rows_total from privacy.exports where id = ${id}`,
  );
  if (rows[0]?.status !== 'ready') throw new Error(`the export is ${rows[0]?.status}`);
}

function printRatios(figures: readonly Figures[]): void {
  const [small, large] = [figures[0], figures.at(-1)];
  if (small === undefined || large === undefined) return;
  process.stdout.write('\namong many, relative to among few\n');
  for (const name of Object.keys(small) as (keyof Figures)[]) {
    print(name, `ratio ${(large[name] / small[name]).toFixed(2)}`);
  }
}
