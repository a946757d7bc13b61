import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { inProject, projectRoot, say } from './project.mjs';

/** Signals closer together than this are one: Ctrl-C reaches us from the terminal and again through npm. */
const SAME_SIGNAL_MS = 1_000;
const WATCH_PARENT_MS = 250;

/**
 * Runs Node in the project's folder with our input and output, and returns its exit code.
 *
 * The child gets a process group of its own, so a signal reaches it once and through us only. It ends when
 * we end, however we end; and we end when npm, which started us, is killed.
 * @param {string[]} args
 */
export async function runNode(args) {
  const exitWithParent = new URL('exit-with-parent.mjs', import.meta.url).href;
  const child = spawn(process.execPath, ['--import', exitWithParent, ...args], {
    cwd: projectRoot,
    detached: true,
    env: { ...process.env, CANDOR_PARENT_PID: String(process.pid) },
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  /** @type {number | undefined} */
  let askedAt;
  /** @param {NodeJS.Signals} signal */
  const passOn = (signal) => {
    if (askedAt === undefined) {
      askedAt = performance.now();
      child.kill(signal === 'SIGHUP' ? 'SIGTERM' : signal);
    } else if (performance.now() - askedAt > SAME_SIGNAL_MS) {
      say('Asked again to stop: stopping by force. The next start tidies up.');
      child.kill('SIGKILL');
    }
  };
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(signal, passOn);
  const stopWatching = whenParentDies(() => passOn('SIGTERM'));
  try {
    return await exitCodeOf(child);
  } finally {
    stopWatching();
  }
}

/**
 * Runs TypeScript of the project: `file` is a path from the project's folder.
 * @param {string} file
 * @param {string[]} args
 */
export async function runTypeScript(file, args) {
  return runNode(['--import', 'tsx', inProject(file), ...args]);
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
