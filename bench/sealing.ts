import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  blindIndex,
  type Cell,
  type KeyVault,
  open,
  openAll,
  openLocalVault,
  seal,
  sealAll,
} from '../privacy-engine/index.ts';

const rounds = 7;
const valuesPerRound = 20_000;
const persons = 200;

/** What sealing costs, per value. */
export async function bench(): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), 'candor bench '));
  const folder = join(root, 'vault');
  const vault = await openLocalVault({ folder });
  try {
    process.stdout.write(`${valuesPerRound} values per round, median of ${rounds} rounds, µs per value\n\n`);
    for (const sizeBytes of [24, 256, 4_096]) await benchSize(vault, sizeBytes);
    await benchKeys(vault, folder);
  } finally {
    vault.close();
    await rm(root, { recursive: true, force: true });
  }
}

async function benchSize(vault: KeyVault, sizeBytes: number): Promise<void> {
  const texts = Array.from({ length: valuesPerRound }, () => randomBytes(sizeBytes / 2).toString('hex'));
  const key = await vault.dek('person_0', 'core', valuesPerRound * (rounds + 1));
  const index = await vault.blindIndexKey('bench');
  const cells = texts.map((_, row) => cellOf('person_0', row));
  const copies = texts.map((text) => Buffer.from(text));
  const envelopes = texts.map((text, row) => seal(key, 'text', text, cells[row] ?? cellOf('', 0)));

  const plainWriteMicros = medianMicros(() => texts.forEach((text) => Buffer.from(text)));
  const plainReadMicros = medianMicros(() => copies.forEach((copy) => copy.toString()));
  const sealMicros = medianMicros(() =>
    cells.forEach((cell, row) => seal(key, 'text', texts[row] ?? '', cell)),
  );
  const openMicros = medianMicros(() =>
    cells.forEach((cell, row) => open(key, 'text', envelopes[row] ?? Buffer.alloc(0), cell)),
  );
  const indexMicros = medianMicros(() =>
    texts.forEach((text) => blindIndex(index, 'bench.values', 'text', text)),
  );
  print(`write ${sizeBytes} bytes`, plainWriteMicros, sealMicros);
  print(`read ${sizeBytes} bytes`, plainReadMicros, openMicros);
  process.stdout.write(`blind index of ${sizeBytes} bytes`.padEnd(34) + `${indexMicros.toFixed(2)}\n`);
}

/** Values of many persons through the vault: with keys in memory, and after a restart. */
async function benchKeys(vault: KeyVault, folder: string): Promise<void> {
  const items = Array.from({ length: valuesPerRound }, (_, row) => ({
    type: 'text' as const,
    value: `value ${row}`,
    cell: cellOf(`person_${row % persons}`, row),
  }));
  const startedAt = performance.now();
  const envelopes = await sealAll(vault, items);
  const firstMs = performance.now() - startedAt;
  process.stdout.write(
    `\nfirst use of a person's key, ms`.padEnd(35) + `${(firstMs / persons).toFixed(2)}\n`,
  );

  const sealed = items.map(({ type, cell }, row) => ({
    type,
    cell,
    envelope: envelopes[row] ?? Buffer.alloc(0),
  }));
  const warmMicros = await medianOf(async () => timeMicros(async () => openAll(vault, sealed)));
  const coldMicros = await medianOf(async () => {
    const reopened = await openLocalVault({ folder });
    const micros = await timeMicros(async () => openAll(reopened, sealed));
    reopened.close();
    return micros;
  });
  process.stdout.write(`read, keys of ${persons} in memory`.padEnd(34) + `${warmMicros.toFixed(2)}\n`);
  process.stdout.write(`read, keys of ${persons} on the disk`.padEnd(34) + `${coldMicros.toFixed(2)}\n`);
}

function cellOf(subject: string, row: number): Cell {
  return { table: 'bench.values', column: 'text', row: `row_${row}`, subject, keyClass: 'core' };
}

function print(what: string, plainMicros: number, sealedMicros: number): void {
  const numbers = `plain copy ${plainMicros.toFixed(2)}, sealed ${sealedMicros.toFixed(2)}`;
  process.stdout.write(`${what.padEnd(34)}${numbers}, ratio ${(sealedMicros / plainMicros).toFixed(1)}\n`);
}

function medianMicros(work: () => void): number {
  work();
  const micros = Array.from({ length: rounds }, () => {
    const startedAt = performance.now();
    work();
    return ((performance.now() - startedAt) * 1000) / valuesPerRound;
  });
  return median(micros);
}

async function timeMicros(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return ((performance.now() - startedAt) * 1000) / valuesPerRound;
}

async function medianOf(measure: () => Promise<number>): Promise<number> {
  const micros: number[] = [];
  for (let round = 0; round < rounds; round += 1) micros.push(await measure());
  return median(micros);
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}
