/** Runs work again and again; a run that takes longer than its pause is not overlapped by the next. */
export function every(ms: number, work: () => Promise<void>): NodeJS.Timeout {
  let isRunning = false;
  return setInterval(() => {
    if (isRunning) return;
    isRunning = true;
    void work().finally(() => {
      isRunning = false;
    });
  }, ms).unref();
}

/** Resolves when the set is empty or time is up. */
export async function emptied(set: ReadonlySet<unknown>, patienceMs: number): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while (set.size > 0 && performance.now() < deadline)
    await new Promise((resolve) => setTimeout(resolve, 20));
}
