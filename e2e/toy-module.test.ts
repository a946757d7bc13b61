import { execFile, execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { addToyModule, toyFolders, toyLists } from './add-toy-module.ts';

// What adding a module costs: `toy-module/` is one of a purpose, a table, an event, a meter and a page. It is put into a
// copy of the project, where every check and the tests that hold for all modules run.
const project = resolve(import.meta.dirname, '..');
const copy = mkdtempSync(join(tmpdir(), 'candor-toy-'));
afterAll(() => rmSync(copy, { recursive: true, force: true }));

/** What the commands of AGENTS.md write. */
const generated = [
  'README.md',
  'docs/openapi.json',
  'console/src/shared/api/openapi.generated.d.ts',
  /^server\/migrations\//,
];
/** Quick tests that say something about every module, and the module's own. */
const testsOfAll = [
  'console/src/app',
  'server/declare',
  'server/trust',
  'server/modules/notes',
  'server/modules/privacy/policy',
];
/** Slow tests that say something about every table, list and sealed column: of the many lists, the module's own. */
const slowTestsOfAll = {
  files: ['list-plans', 'plaintext', 'clauses-lives'].map((name) => `server/trust/${name}.slow.test.ts`),
  names: 'every list of the API|/api/notes|marker in every sealed column|rows in every table',
};

interface Outcome {
  readonly code: number;
  readonly out: string;
}

/** Runs a program in the copy, as if no test runner were around it. */
function run(file: string, args: readonly string[]): Promise<Outcome> {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(VITEST|NODE_ENV$|TEST$|npm_)/.test(name)),
  );
  const options = { cwd: copy, env, maxBuffer: 64 * 1024 * 1024 };
  return new Promise((done) => {
    execFile(file, args, options, (error, out, err) => {
      done({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1, out: out + err });
    });
  });
}

async function must(file: string, ...args: string[]): Promise<string> {
  const { code, out } = await run(file, args);
  if (code !== 0) throw new Error(`${file} ${args.join(' ')} ended with ${code}:\n${out.slice(-4000)}`);
  return out;
}

/** Every file of the project that is not ignored, with its installed packages linked instead of copied. */
async function copyProject(): Promise<void> {
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], {
    cwd: project,
    encoding: 'utf8',
  });
  for (const name of listed.split('\n').filter((name) => existsSync(join(project, name)) && name !== '')) {
    mkdirSync(dirname(join(copy, name)), { recursive: true });
    cpSync(join(project, name), join(copy, name));
  }
  for (const folder of ['.', 'server', 'console', 'privacy-engine', 'e2e']) {
    const packages = join(project, folder, 'node_modules');
    if (!existsSync(packages)) continue;
    const target = join(copy, folder, 'node_modules');
    const linked = await run('cp', ['-al', packages, target]);
    if (linked.code !== 0) {
      rmSync(target, { recursive: true, force: true });
      await must('cp', '-a', packages, target);
    }
  }
  // What tools remember is theirs alone.
  rmSync(join(copy, 'node_modules/.cache'), { recursive: true, force: true });
  await must('git', 'init', '--quiet');
  await must('git', 'add', '--all');
  await must('git', '-c', 'user.name=test', '-c', 'user.email=test@example.com', 'commit', '-qm', 'before');
}

async function generate(): Promise<void> {
  const node = process.execPath;
  const typeScript = (file: string, ...args: string[]) => must(node, '--import', 'tsx', file, ...args);
  await typeScript('server/generate/write-migration.ts', 'notes');
  await typeScript('server/generate/write-openapi.ts');
  const cli = ['console/node_modules', 'node_modules']
    .map((folder) => join(copy, folder, 'openapi-typescript/bin/cli.js'))
    .find(existsSync);
  if (cli === undefined) throw new Error('openapi-typescript is not installed');
  await must(node, cli, 'docs/openapi.json', '-o', 'console/src/shared/api/openapi.generated.d.ts');
  await typeScript('server/generate/write-module-docs.ts');
}

test('adding a module touches its folders and one list on each side; every check and every test about all modules holds', async () => {
  await copyProject();
  for (const side of ['server', 'console'] as const) addToyModule(copy, side);
  await generate();
  const touched = (await must('git', 'status', '--porcelain', '-uall'))
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.slice(3));
  const isOwn = (file: string) => Object.values(toyFolders).some((folder) => file.startsWith(`${folder}/`));
  const isGenerated = (file: string) =>
    generated.some((one) => (typeof one === 'string' ? one === file : one.test(file)));
  const own = touched.filter(isOwn);
  const written = touched.filter((file) => !isOwn(file) && isGenerated(file));
  const elsewhere = touched.filter((file) => !isOwn(file) && !isGenerated(file));
  expect(elsewhere.toSorted()).toEqual(toyLists.toSorted());
  const lines = await must('git', 'diff', '--numstat', '--', ...toyLists);
  // Its import and its entry.
  expect(lines.match(/^2\t0\t/gm)).toHaveLength(2);
  process.stdout.write(
    `adding a module: ${own.length} files in its folders, ${elsewhere.length} files touched elsewhere, ${written.length} written by commands\n`,
  );

  const checked = await run(process.execPath, ['scripts/check.mjs']);
  expect(checked.out).toMatch(/\n\d+ passed, 0 failed\n$/);
  const tested = await run(process.execPath, [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--exclude',
    '**/*.slow.test.ts',
    ...testsOfAll,
  ]);
  expect(tested.code, tested.out.slice(-6000)).toBe(0);
  const { files, names } = slowTestsOfAll;
  const testedSlowly = await run(process.execPath, [
    'node_modules/vitest/vitest.mjs',
    'run',
    '-t',
    names,
    ...files,
  ]);
  expect(testedSlowly.code, testedSlowly.out.slice(-6000)).toBe(0);
  expect(testedSlowly.out).toMatch(/Tests .*[^0-9]4 passed/);
}, 1_500_000);
