import { stopLimits } from '../kernel/stop-limits.ts';

type Step = () => Promise<void>;

/**
 * Stops what was started, latest first. A step that fails or takes too long keeps no other from running: above all
 * the database behind everything is stopped, whatever went wrong in front of it.
 * @throws what went wrong, once every step has run.
 */
export async function stopInOrder(steps: readonly Step[], stepMs: number = stopLimits.stepMs): Promise<void> {
  const failures: unknown[] = [];
  for (const step of steps.toReversed()) {
    await within(stepMs, step).catch((error: unknown) => failures.push(error));
  }
  if (failures.length === 1) throw failures[0];
  if (failures.length > 1)
    throw new AggregateError(failures, `${failures.length} parts did not stop cleanly`);
}

async function within(ms: number, step: Step): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`a part of the server did not stop within ${ms} ms`)), ms);
  });
  try {
    await Promise.race([step(), tooLong]);
  } finally {
    clearTimeout(timer);
  }
}
