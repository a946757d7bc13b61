import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { consentNotice } from '@candor/privacy-engine';
import { expect } from 'vitest';
import { registry } from '../../../testing/registry.ts';
import { aPerson } from '../../../testing/factories.ts';
import { test } from '../../../testing/test.ts';
import { unnamedInstallation } from './installation.ts';
import { policyText } from './policy-text.ts';
import { policyCookies } from './processing-sentences.ts';
import { sections } from './sentences.ts';

const root = fileURLToPath(new URL('../../../..', import.meta.url));
const sentences = sections.flatMap((section) => section.sentences);

function testSources(): string {
  return ['server', 'privacy-engine']
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, withFileTypes: true }).filter(
        ({ name, parentPath }) => name.endsWith('.test.ts') && !parentPath.includes('node_modules'),
      ),
    )
    .map(({ name, parentPath }) => readFileSync(join(parentPath, name), 'utf8'))
    .join('\n');
}

test('every sentence of the policy has a proof, and no proof dangles', async ({ app }) => {
  await app.ready();
  const { paths = {} } = app.swagger() as {
    paths?: Record<string, Record<string, { operationId?: string }>>;
  };
  const operations = new Set(
    Object.values(paths).flatMap((methods) => Object.values(methods).map(({ operationId }) => operationId)),
  );
  const sources = testSources();
  const dangling = sentences.flatMap(({ id, proof }) => {
    if ('operations' in proof)
      return proof.operations.filter((name) => !operations.has(name)).map((name) => `${id}: ${name}`);
    if ('tests' in proof)
      return (
        proof.tests
          // Not `test.skip` or `test.todo`: what does not run proves nothing.
          .filter((title) => !sources.includes(`\ntest('${title}'`))
          .map((title) => `${id}: ${title}`)
      );
    return [];
  });
  expect(dangling).toEqual([]);
  expect(new Set(sentences.map(({ id }) => id)).size).toBe(sentences.length);
  for (const { id, proof } of sentences) {
    const named = 'operations' in proof ? proof.operations : 'tests' in proof ? proof.tests : [proof.holds];
    expect(named.length, id).toBeGreaterThan(0);
  }
});

test('PIPL 17 the policy says who, what, why, cookies, place, recipients, abroad, minors, rights, terms, contact and complaint', () => {
  const source = { registry, installation: unnamedInstallation, isNamed: false, recipients: [] };
  for (const language of ['zh', 'en'] as const) {
    const text = policyText(source, language);
    expect(text.sections.map(({ key }) => key)).toEqual([
      'who',
      'collected',
      'purposes',
      'content',
      'cookies',
      'storage',
      'recipients',
      'abroad',
      'minors',
      'rights',
      'retention',
      'security',
      'changes',
      'contact',
      'authority',
    ]);
    expect(text.sections.every(({ paragraphs }) => paragraphs.every((words) => words.length > 5))).toBe(true);
  }
});

test('a sentence that is not true here keeps the policy from being published', () => {
  const abroad = {
    key: 'a (SG)',
    name: 'a',
    contact: 'a@example.com',
    region: 'SG',
    contract: 'x',
    retentionDays: 0,
    mechanism: null,
  };
  const source = { registry, installation: unnamedInstallation, isNamed: true, recipients: [abroad] };
  expect(() => policyText(source, 'en')).toThrow('would not be true');
});

test('LAW-3 every sensitive datum is named with its necessity and what could follow, and none rests on a consent among others', () => {
  const source = { registry, installation: unnamedInstallation, isNamed: false, recipients: [] };
  const sensitive = registry.tables.flatMap(({ columns }) =>
    columns.flatMap(({ datum, atRest }) => (datum?.sensitive === true && atRest !== 'index' ? [datum] : [])),
  );
  expect(sensitive.length).toBeGreaterThan(3);
  for (const [language, necessity, impact] of [
    ['zh', '必要性：', '影响：'],
    ['en', 'Why it is necessary: ', 'What could follow: '],
  ] as const) {
    const { sections: parts } = policyText(source, language);
    const paragraph =
      parts.flatMap(({ paragraphs }) => paragraphs).find((words) => words.includes(necessity)) ?? '';
    expect(paragraph).toContain(impact);
    for (const { title } of sensitive) expect(paragraph).toContain(title[language]);
  }
  const bases = sensitive.flatMap(({ purposes }) =>
    purposes.map((name) => registry.vocabulary.purposes[name]?.basis),
  );
  expect(bases).not.toContain('consent');
});

test('the policy names every cookie the server sets, and no other', async ({ app }) => {
  const set = new Set<string>();
  app.addHook('onSend', async (_request, reply) => {
    for (const line of [reply.getHeader('set-cookie')].flat())
      if (typeof line === 'string')
        set.add(line.slice(0, line.indexOf('=')).replace(/^__(Host|Secure)-/, ''));
  });
  const person = await aPerson(app);
  await person.call('GET', '/api/identity/me');
  for (const url of ['/', '/login', '/privacy/policy', '/healthz']) await app.inject(url);
  await person.call('POST', '/api/identity/logout');
  expect([...set].toSorted()).toEqual(policyCookies.map(({ name }) => name).toSorted());
  const setters = readdirSync(join(root, 'server'), { recursive: true, withFileTypes: true })
    .filter(({ name, parentPath }) => /(?<!\.test)\.ts$/.test(name) && !parentPath.includes('node_modules'))
    .filter(({ name, parentPath }) =>
      /\.setCookie\(|'set-cookie'/i.test(readFileSync(join(parentPath, name), 'utf8')),
    )
    .map(({ name }) => name);
  expect(setters).toEqual(['hooks.ts']);
});

test('no instant of our clock is said to be provided by the user, and the consent to mail names no SMS provider', () => {
  const entered = registry.tables.flatMap(({ name, columns }) =>
    columns.flatMap(({ name: column, datum, valueType }) =>
      valueType === 'instant' && datum?.source === 'user' ? [`${name}.${column}`] : [],
    ),
  );
  // The one instant a person enters: until when a key of theirs is good.
  expect(entered).toEqual(['api_keys.expires_at']);
  for (const language of ['zh', 'en'] as const) {
    const { sections: parts } = consentNotice(registry, 'marketing', language);
    const received = parts.find(({ key }) => key === 'recipients')?.text;
    expect(received).toBe(registry.vocabulary.recipients['mailProvider']?.text[language]);
  }
});
