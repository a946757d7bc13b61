import type { WorkerEvents } from 'graphile-worker';

export interface RunnerWatch {
  /** Resolves once the runner is given up: its idle workers look for no jobs any more. */
  readonly stuck: Promise<void>;
  end(): void;
}

const checkEveryMs = 1_000;
/** Jobs that still run in a runner that is given up have this long to end, so that they do not run twice at once. */
const lastJobsMs = 60_000;

/**
 * Notices a runner that stands still without saying so. The library does this when it cannot write down the end of
 * several jobs at once, as when the database was killed: it stops taking jobs and waits for itself for ever.
 * @param stuckAfterMs how long an idle worker, which looks every second, may be silent
 */
export function watchRunner(events: WorkerEvents, concurrency: number, stuckAfterMs: number): RunnerWatch {
  let lastLookMs = performance.now();
  let running = 0;
  let hasBeenQuiet = false;
  let resolve = (): void => {};
  const stuck = new Promise<void>((done) => {
    resolve = done;
  });
  events.on('worker:getJob:start', () => {
    lastLookMs = performance.now();
  });
  events.on('job:start', () => {
    running += 1;
  });
  events.on('job:complete', () => {
    running -= 1;
  });
  const checking = setInterval(() => {
    const quietMs = performance.now() - lastLookMs;
    const isQuiet = running < concurrency && quietMs > (running === 0 ? stuckAfterMs : lastJobsMs);
    // Seen twice: the first time this process itself may have stood still.
    if (isQuiet && hasBeenQuiet) resolve();
    hasBeenQuiet = isQuiet;
  }, checkEveryMs).unref();
  return { stuck, end: () => clearInterval(checking) };
}
