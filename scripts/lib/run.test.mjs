import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, expect, test, vi } from 'vitest';
import { processStartTime } from './process-identity.mjs';

const root = mkdtempSync(join(tmpdir(), 'candor-run-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const runModule = new URL('run.mjs', import.meta.url).href;

/**
 * A script of ours that runs `source` as its program, and the lines that the program prints.
 * @param {string} source
 */
function runProgram(source) {
  const program = join(root, `${performance.now()}.mjs`);
  writeFileSync(program, source);
  const script = `import { runNode } from '${runModule}'; process.exitCode = await runNode([${JSON.stringify(program)}]);`;
  const runner = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return {
    runner,
    exited: once(runner, 'exit'),
    lines: createInterface({ input: runner.stdout })[Symbol.asyncIterator](),
  };
}

const waiting = 'setInterval(() => {}, 9e6); console.log(process.pid);';

test('the exit code of the program is passed on', async () => {
  const { exited } = runProgram('process.exitCode = 7');
  expect(await exited).toEqual([7, null]);
});

test('Ctrl-C, which arrives twice through npm, reaches the program once', async () => {
  const { runner, exited, lines } = runProgram(
    `let count = 0; process.on('SIGINT', () => { count += 1; setTimeout(() => process.exit(count), 300); }); ${waiting}`,
  );
  await lines.next();
  runner.kill('SIGINT');
  runner.kill('SIGINT');
  expect(await exited).toEqual([1, null]);
});

test('a program does not outlive the script that runs it, even if that is killed', async () => {
  const { runner, exited, lines } = runProgram(waiting);
  const programPid = Number((await lines.next()).value);
  expect(processStartTime(programPid)).toBeDefined();
  runner.kill('SIGKILL');
  await exited;
  await vi.waitUntil(() => processStartTime(programPid) === undefined, { timeout: 5_000 });
});
