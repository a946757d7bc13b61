import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type OwnServer, startServer } from '../demo/use-server.ts';
import { type Example, examplesOf, findDifference } from './guide-examples.ts';
import { aPersonWithKey, type E2ePerson, loginOperator } from './people.ts';
import { preparePython } from './python-environment.ts';

// The guide as a reader takes it: what it shows is run, and what it points to is there.
const root = fileURLToPath(new URL('..', import.meta.url));
const guide = join(root, 'docs', 'guide');
const languages = ['zh', 'en'] as const;
const pagesWithExamples = ['getting-started.md', 'calling-models.md', 'operators.md'];
/** Served, and left out of the published description on purpose. */
const hiddenPaths = {
  '/api/openapi.json': 'GET',
  '/api/gateway/metrics': 'GET',
  '/api/gateway/playground/chat': 'POST',
} as const;
const patienceMs = 60_000;
/** Where curl keeps its cookies. */
const workFolder = mkdtempSync(join(tmpdir(), 'candor-guide-'));
let python = '';
let server: OwnServer;
let person: E2ePerson;

beforeAll(async () => {
  python = preparePython();
  server = await startServer({ environment: { CANDOR_MODEL: 'generated' } });
  const operator = await loginOperator(server);
  person = await aPersonWithKey(server, operator, 5_000_000);
  await operator.until('the local model', async () => {
    const answer = await fetch(`${server.url}/v1/models`, {
      headers: { authorization: `Bearer ${person.secret}` },
    });
    return (await answer.text()).includes('candor-local');
  });
});
afterAll(async () => {
  await server.stop();
  rmSync(workFolder, { recursive: true, force: true });
});

function pageNames(language: string): string[] {
  return readdirSync(join(guide, language))
    .filter((name) => name.endsWith('.md'))
    .sort();
}

function textOf(language: string, page: string): string {
  return readFileSync(join(guide, language, page), 'utf8');
}

function withOurValues(code: string): string {
  return code
    .replaceAll('http://127.0.0.1:8787', server.url)
    .replaceAll('sk-…', person.secret)
    .replaceAll('tenant_…', person.tenantId)
    .replaceAll('OPERATOR_PASSWORD', server.operator.password);
}

/** The program that reads an example from standard input, and the folder it runs in. */
function readerOf(language: Example['language']): [string, string[], string] {
  if (language === 'sh') return ['sh', ['-e'], workFolder];
  if (language === 'python') return [python, ['-'], workFolder];
  return [process.execPath, ['--input-type=module', '-'], root];
}

/**
 * By standard input, so that the packages of this repository are found and no file is left. This process keeps
 * working meanwhile: it would not see that the server ends a connection it wants to use again.
 */
async function run({ language, code }: Example) {
  const [program, parameters, cwd] = readerOf(language);
  const child = spawn(program, parameters, { cwd, timeout: patienceMs });
  const printed = Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  child.stdin.end(withOurValues(code));
  const [stdout, stderr, [status]] = await printed;
  return { status: status as number | null, stdout, stderr };
}

for (const language of languages) {
  for (const page of pagesWithExamples) {
    test(`the examples of ${language}/${page} run and print what the page says`, async () => {
      const examples = examplesOf(page, textOf(language, page));
      expect(examples.length).toBeGreaterThan(2);
      for (const example of examples) {
        const { status, stdout, stderr } = await run(example);
        expect(status, `${example.place}: ${stderr}`).toBe(0);
        expect(findDifference(example, stdout), `${example.place} printed:\n${stdout}`).toBeNull();
      }
    });
  }
}

test('both languages have the same pages, with the same examples in the same order', () => {
  expect(pageNames('zh')).toEqual(pageNames('en'));
  for (const page of pagesWithExamples) {
    const [zh = [], en = []] = languages.map((language) =>
      examplesOf(page, textOf(language, page)).map((example) => `${example.language} ${example.shape.form}`),
    );
    expect(zh, page).toEqual(en);
  }
});

test('every link inside the guide leads to a file', () => {
  for (const language of languages) {
    for (const page of pageNames(language)) {
      const targets = [...textOf(language, page).matchAll(/\]\(([^)\s]+)\)/g)].map(
        ([, target = '']) => target,
      );
      for (const target of targets.filter((link) => !/^(?:[a-z]+:|#)/.test(link))) {
        const path = join(dirname(join(guide, language, page)), target.replace(/#.*$/, ''));
        expect(
          statSync(path, { throwIfNoEntry: false }),
          `${language}/${page} links to ${target}`,
        ).toBeDefined();
      }
    }
  }
});

test('every path of the API that the guide names is served', async () => {
  const { paths } = JSON.parse(readFileSync(join(root, 'docs', 'openapi.json'), 'utf8')) as {
    paths: Record<string, unknown>;
  };
  const named = languages.flatMap((language) =>
    pageNames(language).flatMap((page) =>
      [...textOf(language, page).matchAll(/\/api\/[\w./{}-]*[\w}]/g)].map(([path]) => path),
    ),
  );
  expect(named.length).toBeGreaterThan(20);
  const served = [...Object.keys(paths), ...Object.keys(hiddenPaths)];
  // The example of a reverse proxy names what addresses begin with.
  const isServed = (path: string) => served.some((one) => one === path || one.startsWith(`${path}/`));
  expect(named.filter((path) => !isServed(path))).toEqual([]);
  for (const [path, method] of Object.entries(hiddenPaths))
    expect((await fetch(server.url + path, { method })).status, path).not.toBe(404);
});

test('the page of settings in Chinese lists exactly the variables the server reads, with their defaults', () => {
  const documented = [
    ...textOf('zh', 'configuration.md').matchAll(/^\| `([A-Z_]+)` \| (?:`([^`]*)`)? ?\|/gm),
  ].map(([, name, value = '']) => `${name}=${value}`);
  const example = [
    ...readFileSync(join(root, '.env.example'), 'utf8').matchAll(/^(?:# )?([A-Z_]+)=(.*)$/gm),
  ].map(([, name, value]) => `${name}=${value}`);
  expect(documented).toEqual(example);
});
