import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import { expect } from 'vitest';
import { createCandor } from '../candor.ts';
import { modules } from '../modules.ts';
import { problemPageOf, problemPages } from '../testing/problem-pages.ts';
import { registry } from '../testing/registry.ts';
import { test } from '../testing/test.ts';

// What no tool checks: the house rules of docs and names.
const root = fileURLToPath(new URL('../..', import.meta.url));
const modulesFolder = join(root, 'server/modules');
const moduleNames = readdirSync(modulesFolder);

function sourceFiles(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter(
      (entry) =>
        entry.isFile() &&
        /\.tsx?$/.test(entry.name) &&
        !entry.parentPath.includes('node_modules') &&
        !entry.parentPath.includes('/dist'),
    )
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
}

interface Operation {
  readonly place: string;
  readonly operationId?: string;
  readonly tags?: string[];
  readonly responses: Record<string, { content?: unknown }>;
}

function operationsOf(app: FastifyInstance): Operation[] {
  const { paths = {} } = app.swagger() as {
    paths?: Record<string, Record<string, Omit<Operation, 'place'>>>;
  };
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      ...operation,
      place: `${method.toUpperCase()} ${path}`,
    })),
  );
}

test('every module says what it owns, promises, depends on and emits', () => {
  for (const name of moduleNames) {
    const text = readFileSync(join(modulesFolder, name, 'README.md'), 'utf8');
    for (const part of ['Owns', 'Promises', 'Depends on', 'Emits'])
      expect(text, `${name}/README.md`).toContain(`**${part}**`);
  }
});

test('a module says which modules it calls: those it imports, and no others', () => {
  for (const { name, calls = [] } of modules) {
    const imported = sourceFiles(`server/modules/${name}`)
      .filter((file) => !/[.](test|fixture)[.]ts$/.test(file))
      .flatMap((file) => [
        ...readFileSync(join(root, file), 'utf8').matchAll(/'(?:[.][.]\/)+(\w+)\/index[.]ts'/g),
      ])
      .map(([, found = '']) => found)
      .filter((found) => found !== name && moduleNames.includes(found));
    expect([...new Set(imported)].toSorted(), name).toEqual(calls.toSorted());
  }
});

test('every module with routes is in the table of contents', () => {
  const withRoutes = moduleNames.filter((name) =>
    readdirSync(join(modulesFolder, name)).includes('routes.ts'),
  );
  expect(modules.map((module) => module.name).toSorted()).toEqual(withRoutes.toSorted());
});

test('the folder of a module is the schema of its tables', () => {
  for (const { schema } of registry.tables) expect(moduleNames).toContain(schema);
});

test('no file is called service, manager, helper, utils, common or repository', () => {
  const files = ['server', 'privacy-engine', 'console/src', 'demo', 'bench', 'e2e'].flatMap(sourceFiles);
  expect(files.length).toBeGreaterThan(50);
  expect(
    files.filter((file) =>
      /(^|[/-])(service|manager|helper|helpers|utils|common|repository)\.tsx?$/.test(file),
    ),
  ).toEqual([]);
});

test('source files stay readable at one sitting', () => {
  const long = ['server', 'privacy-engine', 'console/src', 'demo', 'bench']
    .flatMap(sourceFiles)
    .filter((file) => !/\.test\.tsx?$|\.d\.ts$|\/messages\//.test(file))
    .map((file) => [file, readFileSync(join(root, file), 'utf8').split('\n').length] as const)
    .filter(([, lines]) => lines > 400);
  expect(long).toEqual([]);
});

test('only the configuration reads the environment', () => {
  const readers = sourceFiles('server').filter((file) =>
    /process\.env\b/.test(readFileSync(join(root, file), 'utf8')),
  );
  expect(
    readers.filter((file) => !/^server\/(config\/config\.ts|testing\/|.*\.test\.ts)/.test(file)),
  ).toEqual([]);
});

test('verbs take the time from their context', () => {
  const files = moduleNames
    .flatMap((name) => sourceFiles(`server/modules/${name}`))
    .filter((file) => !file.endsWith('.test.ts'));
  const offenders = files.filter((file) =>
    /new Date\(\)|Date\.now\(\)/.test(readFileSync(join(root, file), 'utf8')),
  );
  // The hot path and the model server measure elapsed time and expire caches; they decide nothing about money or law.
  expect(offenders.filter((file) => !file.startsWith('server/modules/gateway/'))).toEqual([]);
});

/** What the cloud sells and how; names of modules are added. Money, messages and persons are shared by all. */
const businessNouns =
  'wallet top-?up invoice voucher bill refund price-?version upstream playground outbox news instance-?type gpu'.split(
    ' ',
  );

test(`the kernel knows no business noun: ${businessNouns.join(', ')}, and no module by its name`, () => {
  // The vault is a part of the engine too, and an audit log is what any application keeps.
  const names = moduleNames.filter((name) => !['vault', 'audit', 'privacy', 'identity'].includes(name));
  const nouns = new RegExp(`\\b(?:${[...businessNouns, ...names].join('|')})s?\\b`, 'gi');
  const found = sourceFiles('server/kernel')
    .filter((file) => !/[.](test|fixture)[.]ts$/.test(file))
    .flatMap((file) => {
      // In camel case every word stands alone.
      const words = readFileSync(join(root, file), 'utf8').replaceAll(/([a-z])([A-Z])/g, '$1 $2');
      return [...words.matchAll(nouns)].map(([noun]) => `${file}: ${noun}`);
    });
  expect(found).toEqual([]);
});

test('only who proved it says who acts: a session, a key, or the system for itself', () => {
  const writers = (kind: string) =>
    sourceFiles('server')
      .filter((file) => !/[.](test|fixture)[.]ts$|^server\/testing\//.test(file))
      .filter((file) => new RegExp(`kind: '${kind}'`).test(readFileSync(join(root, file), 'utf8')));
  const type = 'server/kernel/context.ts';
  expect(writers('user').toSorted()).toEqual([type, 'server/modules/identity/sessions.ts']);
  expect(writers('apiKey').toSorted()).toEqual([type, 'server/modules/gateway/v1-routes.ts']);
  expect(writers('(?:system|delegate)')).toEqual([type]);
});

test('raw tables do not exist: every table is declared', () => {
  const files = [...sourceFiles('server'), ...sourceFiles('console/src')].filter(
    (file) => !file.includes('.test.'),
  );
  const offenders = files.filter((file) =>
    /\bpgTable\b|\.table\(/.test(readFileSync(join(root, file), 'utf8')),
  );
  expect(offenders).toEqual([]);
});

test('whatever a module declares is brought by its index', async ({ app, database }) => {
  await app.ready();
  const { jobs, problems, permissions } = database.product;
  const declared = (pattern: RegExp) =>
    moduleNames.flatMap((name) =>
      sourceFiles(`server/modules/${name}`)
        .filter((file) => !/[.](test|fixture)[.]ts$/.test(file))
        .flatMap((file) => [...readFileSync(join(root, file), 'utf8').matchAll(pattern)])
        .map(([, found = '']) => found),
    );
  const jobNames = declared(/\b(?:defineJob\(|subscribe\(\w+,)\s*'([^']+)'/g);
  expect(jobNames.length).toBeGreaterThan(15);
  expect(jobNames.filter((name) => jobs.find(name) === undefined)).toEqual([]);
  const codes = declared(/\bproblem\(\s*'([^']+)'/g);
  expect(codes.length).toBeGreaterThan(70);
  expect(codes.filter((code) => !problems.has(code))).toEqual([]);
  const names = declared(/\bauthorize\(\w+, '(\w+:[^']+)'/g);
  expect(names.length).toBeGreaterThan(50);
  expect(names.filter((name) => !permissions.has(name))).toEqual([]);
  const texts = declared(/\bdefineMessage(?:<[^>]*>)?\(\s*'([^']+)'/g);
  expect(texts.length).toBeGreaterThan(10);
  const brought = modules.flatMap(({ messages = [] }) => messages.map(({ template }) => template));
  expect(texts.toSorted()).toEqual(brought.toSorted());
});

test('every foreseen failure has a page that says what to do', ({ app }) => {
  expect(app.ready).toBeDefined();
  const wanted = [...createCandor().problems.keys()].map((code) => problemPageOf(code));
  expect(problemPages().toSorted()).toEqual(wanted.toSorted());
});

test('every operation has a name, a tag and declared answers', async ({ app }) => {
  await app.ready();
  const operations = operationsOf(app);
  expect(operations.length).toBeGreaterThan(5);
  const unnamed = operations.filter(
    ({ operationId, tags, responses }) =>
      !operationId || !tags?.length || Object.keys(responses).length === 0,
  );
  expect(unnamed.map(({ place }) => place)).toEqual([]);
  const names = operations.map(({ operationId }) => operationId);
  expect(new Set(names).size).toBe(names.length);
});
