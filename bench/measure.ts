export interface Timing {
  readonly ms: number;
  /** CPU time of this process alone, which neighbours do not lengthen. */
  readonly cpuMs: number;
}

/** Runs the contestants in turns, so that a noisy neighbour disturbs all of them. One more round first, to warm up. */
export async function takeTurns<Name extends string>(
  contestants: Readonly<Record<Name, () => Promise<unknown>>>,
  rounds: number,
): Promise<Readonly<Record<Name, readonly Timing[]>>> {
  const names = Object.keys(contestants) as Name[];
  const timings = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, Timing[]>;
  for (let round = -1; round < rounds; round += 1) {
    for (const name of names) {
      const timing = await timeOf(contestants[name]);
      if (round >= 0) timings[name].push(timing);
    }
  }
  return timings;
}

export async function timeOf(work: () => Promise<unknown>): Promise<Timing> {
  const startedAt = performance.now();
  const cpuBefore = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(cpuBefore);
  return { ms: performance.now() - startedAt, cpuMs: (user + system) / 1000 };
}

export function medianMs(timings: readonly Timing[]): number {
  return median(timings.map(({ ms }) => ms));
}

export function medianCpuMs(timings: readonly Timing[]): number {
  return median(timings.map(({ cpuMs }) => cpuMs));
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** One line of a report: what, then its figures. */
export function print(what: string, ...figures: readonly string[]): void {
  process.stdout.write(`  ${what.padEnd(42)}${figures.join('   ')}\n`);
}
