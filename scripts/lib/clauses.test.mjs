import { expect, test } from 'vitest';
import { describeClauses, idsIn, membersOf, testsIn } from './clauses.mjs';

/**
 * @param {string} id
 * @param {string} [missing]
 */
function clause(id, missing = '') {
  return { id, mechanisms: ['ERA'], promise: 'A promise', missing };
}

/** @param {string[]} names */
function testsNamed(...names) {
  return names.map((name) => ({ file: 'server/a.test.ts', name }));
}

test('a range of clauses answers to each of its members', () => {
  expect(membersOf('FC-6.4.1-8')).toContain('FC-6.4.8');
  expect(membersOf('DRUN-3.4.a-f')).toEqual(expect.arrayContaining(['DRUN-3.4.a-f', 'DRUN-3.4.f']));
  expect(membersOf('CHIPL-1.2/1.3/1.4')).toContain('CHIPL-1.4');
  expect(membersOf('LIST-4a/b')).toEqual(['LIST-4a/b', 'LIST-4a', 'LIST-4b']);
  expect(membersOf('POOL-sec-6')).toEqual(['POOL-sec-6']);
});

test('clauses are found anywhere in a name, and nothing else is', () => {
  expect(idsIn('DRUN-7.1 POOL-rts-1, X4: a promise (CHIPL-8.5.a)')).toEqual([
    'DRUN-7.1',
    'POOL-rts-1',
    'X4',
    'CHIPL-8.5.a',
  ]);
  expect(idsIn('an X25519 key, an X-Header and a PLIST-0')).toEqual([]);
});

test('names are read from titles, templates and inline tables', () => {
  const source = `
    test('one', () => {}); test.skipIf(slow)(\`two \${n}\`, () => {}); it('three', fn);
    test.each([['four', 1], ['five', 2]] as const)('%s holds', fn); contest('six', fn); test(title, fn);`;
  expect(testsIn('a.test.ts', source).map(({ name }) => name)).toEqual([
    'one',
    'two …',
    'three',
    'four holds',
    'five holds',
  ]);
});

test('a clause with neither test nor note, with both, and one that does not exist are faults', () => {
  const clauses = [clause('FC-1'), clause('FC-2', 'later'), clause('FC-3', 'later'), clause('FC-4')];
  const { faults } = describeClauses(clauses, testsNamed('FC-2 holds', 'FC-4 holds', 'FC-9 holds'));
  expect(faults).toEqual([
    expect.stringMatching(/names FC-9/),
    expect.stringMatching(/^FC-1 has neither/),
    expect.stringMatching(/^FC-2 has a test/),
  ]);
});

test('the page gives every clause its tests, or what is missing', () => {
  const clauses = [clause('FC-1'), clause('FC-2.a-b', 'support comes later')];
  const { page } = describeClauses(clauses, testsNamed('FC-1 a | b', 'FC-1 c'));
  expect(page).toContain('1 of 2 clauses');
  expect(page).toMatch(/\| FC-1 \| .*: a \\\| b<br>.*: c \|/);
  expect(page).toMatch(/\| FC-2\.a-b \| .*support comes later \|/);
});
