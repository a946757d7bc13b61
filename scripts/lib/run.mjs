import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { inProject, projectRoot, say } from './project.mjs';
import { createRestartPolicy } from './restart-policy.mjs';

/** Signals closer together than this are one: Ctrl-C reaches us from the terminal and again through npm. */
const SAME_SIGNAL_MS = 1_000;
const WATCH_PARENT_MS = 250;
/** EX_CONFIG of sysexits: a setting is wrong, so starting again would end the same way. */
const personMustMend = 78;

/**
 * Runs Node in the project's folder with our input and output, and returns its exit code.
 *
 * The child gets a process group of its own, so a signal reaches it once and through us only. It ends when
 * we end, however we end; and we end when npm, which started us, is killed.
 * @param {string[]} args
 * @param {(end: ProgramEnd) => number | undefined} [nextPauseMs] how long to wait before it is started again;
 *   undefined, as always without it, lets us end with it
 */
export async function runNode(args, nextPauseMs = () => undefined) {
  const stopping = new AbortController();
  /** @type {number | undefined} */
  let askedAt;
  /** @type {ReturnType<typeof start>} */
  let program;
  /** @param {NodeJS.Signals} signal */
  const passOn = (signal) => {
    if (askedAt === undefined) {
      askedAt = performance.now();
      stopping.abort();
      program.child.kill(signal === 'SIGHUP' ? 'SIGTERM' : signal);
    } else if (performance.now() - askedAt > SAME_SIGNAL_MS) {
      say('Asked again to stop: stopping by force. The next start tidies up.');
      program.child.kill('SIGKILL');
    }
  };
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(signal, passOn);
  const stopWatching = whenParentDies(() => passOn('SIGTERM'));
  try {
    for (;;) {
      const startedAt = performance.now();
      program = start(args);
      const code = await exitCodeOf(program.child);
      if (stopping.signal.aborted) return code;
      const ranForMs = performance.now() - startedAt;
      const pauseMs = nextPauseMs({ code, ranForMs, wasReady: program.wasReady });
      if (pauseMs === undefined) return code;
      say(`The server has ended unexpectedly with code ${code}. It is started again in ${pauseMs / 1000} s.`);
      await delay(pauseMs, undefined, { signal: stopping.signal }).catch(() => {});
      if (stopping.signal.aborted) return 0;
    }
  } finally {
    stopWatching();
  }
}

/**
 * @typedef {{ code: number, ranForMs: number, wasReady: boolean }} ProgramEnd `wasReady`: it has said that it serves
 */

/** @param {string[]} args */
function start(args) {
  const exitWithParent = new URL('exit-with-parent.mjs', import.meta.url).href;
  const child = spawn(process.execPath, ['--import', exitWithParent, ...args], {
    cwd: projectRoot,
    detached: true,
    env: {
      // Node 22 and later keep what they compiled, which makes the next start quicker.
      NODE_COMPILE_CACHE: inProject('node_modules', '.cache', 'candor', 'compiled'),
      ...process.env,
      CANDOR_PARENT_PID: String(process.pid),
    },
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  const program = { child, wasReady: false };
  child.on('message', (message) => {
    if (message === 'ready') program.wasReady = true;
  });
  return program;
}

/**
 * Runs TypeScript of the project: `file` is a path from the project's folder.
 * @param {string} file
 * @param {string[]} args
 */
export async function runTypeScript(file, args) {
  return runNode(['--import', 'tsx', inProject(file), ...args]);
}

/** Room for what lives as long as one request, so that less of it is taken for long-lived and collected slowly. */
const fastMemory = ['--max-semi-space-size=32'];

/**
 * Runs a program that serves until it is stopped, and starts it again when it ends unexpectedly: soon at first, later
 * each time, and after several quick ends in a row not again.
 * @param {string} file
 * @param {string[]} args
 */
export async function keepRunning(file, args) {
  const policy = createRestartPolicy({
    pausesMs: [1_000, 2_000, 5_000, 10_000, 20_000],
    steadyAfterMs: 60_000,
  });
  return runNode([...fastMemory, file, ...args], ({ code, ranForMs, wasReady }) => {
    const isOver = code === 0 || (code === personMustMend && !wasReady);
    if (isOver) return undefined;
    const pauseMs = policy.nextPauseMs(ranForMs);
    if (pauseMs === undefined) {
      say(
        'The server keeps ending soon after its start, so it is not started again. The lines above say why.',
      );
    }
    return pauseMs;
  });
}

/**
 * Runs a tool that came with the dependencies; npm itself is a Node program too.
 * @param {string} file
 * @param {string[]} args
 */
export async function runTool(file, args) {
  return runNode([inProject('node_modules', file), ...args]);
}

/** @param {import('node:child_process').ChildProcess} child */
function exitCodeOf(child) {
  return new Promise((/** @type {(code: number) => void} */ resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
  });
}

/**
 * npm forwards signals only to a shell between us and it, and cannot forward SIGKILL at all.
 * @param {() => void} stop
 */
function whenParentDies(stop) {
  if (process.env['npm_lifecycle_event'] === undefined) return () => {};
  const parentPid = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parentPid) return;
    clearInterval(timer);
    stop();
  }, WATCH_PARENT_MS);
  timer.unref();
  return () => clearInterval(timer);
}
