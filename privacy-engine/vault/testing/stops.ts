import type { BeforeStep } from '../durable-files.ts';

/** Notes the changes of the disk from the moment it is armed. */
export function noteSteps() {
  const steps: string[] = [];
  let isArmed = false;
  const beforeStep: BeforeStep = (step) => void (isArmed && steps.push(step));
  return { steps, beforeStep, arm: () => (isArmed = true) };
}

/**
 * Stops the writer before its n-th change of the disk, like a process that is swapped out at the worst moment.
 * Unlike one that was killed it can be woken again, long after others have gone on.
 */
export function freezeBefore(n: number) {
  let count = 0;
  return freezeWhen(() => {
    count += 1;
    return count >= n;
  });
}

/** Stops them before the first change at which the condition holds. */
export function freezeWhen(isTime: () => boolean) {
  let isArmed = false;
  let frozen: () => void = () => undefined;
  let wake: () => void = () => undefined;
  const isFrozen = new Promise<void>((resolve) => (frozen = resolve));
  const isAwake = new Promise<void>((resolve) => (wake = resolve));
  const beforeStep: BeforeStep = async () => {
    if (!isArmed) return;
    if (!isTime()) return;
    frozen();
    await isAwake;
  };
  return { beforeStep, isFrozen, wake: () => wake(), arm: () => (isArmed = true) };
}
