import fc from 'fast-check';
import { expect, test } from 'vitest';
import { caseDeadline, questionsOf } from './case-clocks.ts';
import { type Letter, letterKinds, writeLetter } from './letters.ts';
import { groundsFor, mayRefuse, parseRefusalCode, refusalGrounds, remedies } from './refusal-grounds.ts';
import { caseRoles, caseTypeNames, caseTypes, mayAsk } from './request-kinds.ts';
import { canBecome, caseStates, caseTransitions, isFinal, openStates } from './states.ts';

test('every state can be reached, and every open one can end', () => {
  const reached = new Set<string>(['received']);
  for (const state of caseStates) {
    if (reached.has(state)) for (const next of caseTransitions[state]) reached.add(next);
  }
  expect([...reached].toSorted()).toEqual([...caseStates].toSorted());
  for (const state of openStates) expect(caseTransitions[state].some(isFinal), state).toBe(true);
  for (const state of caseStates.filter(isFinal))
    expect(caseStates.filter((next) => canBecome(state, next))).toEqual([]);
});

test('FC-6.0 DRUN-7.1 nine rights and the complaint can be asked for, each in both languages', () => {
  const rights = [
    'access',
    'copy',
    'correct',
    'supplement',
    'delete',
    'withdraw',
    'cancel-account',
    'complaint',
  ];
  expect(caseTypeNames).toEqual(expect.arrayContaining([...rights, 'port-to', 'explain-rules']));
  for (const type of caseTypeNames) {
    expect(caseTypes[type].title.zh).toMatch(/\p{Script=Han}/u);
    expect(mayAsk('self', type)).toBe(true);
  }
});

test('LAW-9 a near relative may see, copy, correct and delete, as PIPL 49 says, and complain', () => {
  expect(caseTypeNames.filter((type) => mayAsk('relative', type)).toSorted()).toEqual(
    ['access', 'copy', 'correct', 'delete', 'complaint'].toSorted(),
  );
  expect(caseRoles.relative.provenBy).toBe('officer');
});

test('CHIPL-8.5.b FC-6.4.1 every ground of refusal names a law, and every right can be refused on some ground only', () => {
  for (const [code, ground] of Object.entries(refusalGrounds)) {
    expect(ground.law.en, code).toMatch(/(Law|Regulations), Art\. \d/);
    expect(ground.law.zh, code).toMatch(/^《.+》第.+条/);
  }
  for (const type of caseTypeNames) {
    expect(groundsFor(type).length, type).toBeGreaterThan(0);
    expect(groundsFor(type).length, type).toBeLessThan(Object.keys(refusalGrounds).length);
  }
  expect(groundsFor('complaint')).toEqual(['identity-not-verified', 'not-entitled']);
  expect(groundsFor('withdraw')).not.toContain('retention-required');
  expect(mayRefuse('retention-required', 'access')).toBe(false);
});

test('X11 FC-6.4.c backup tapes, effort, repetition and trade secrets are no grounds', () => {
  for (const excuse of [
    'backup-tapes',
    'technical-effort',
    'repetitive',
    'trade-secret',
    'impractical',
    'toString',
  ])
    expect(parseRefusalCode(excuse), excuse).toBeNull();
  const texts = Object.values(refusalGrounds).flatMap(({ title, reason }) => [
    title.en,
    reason.en,
    title.zh,
    reason.zh,
  ]);
  expect(texts.join('\n')).not.toMatch(/backup|tape|repetit|effort|备份|重复|商业秘密/i);
});

const head = {
  caseId: 'case_01',
  type: 'access',
  receivedOn: '2026-11-02',
  dueOn: '2026-11-16',
  isProvisional: false,
} as const;

test('CHIPL-13.b LAW-9 letters of refusal and closing name objection, regulator and court, in both languages', () => {
  const refused: Letter = { kind: 'refused', code: 'others-rights', explanation: 'Your colleague is in it.' };
  const closed: Letter = { kind: 'closed', outcome: 'partly', results: 'Names: given. Notes: kept.' };
  const overdue: Letter = { kind: 'overdue' };
  for (const language of ['zh', 'en'] as const) {
    for (const letter of [refused, closed, overdue]) {
      const text = writeLetter(head, letter, language);
      for (const remedy of Object.values(remedies)) expect(text).toContain(remedy[language]);
      expect(text).toContain('12377');
    }
    const text = writeLetter(head, refused, language);
    expect(text).toContain('others-rights');
    expect(text).toContain(refusalGrounds['others-rights'].law[language]);
    expect(text).toContain('Your colleague is in it.');
  }
});

test('CHIPL-8.2 every outcome has a whole letter in both languages; none asks for a picture of a document', () => {
  const letters: Letter[] = [
    { kind: 'received' },
    { kind: 'overdue' },
    { kind: 'withdrawn' },
    { kind: 'needs-info', text: 'Which account?' },
    { kind: 'message', text: 'Hello.' },
    { kind: 'closed', outcome: 'fulfilled', results: 'Account: erased. Invoices: kept until 2036, by law.' },
    { kind: 'refused', code: 'not-entitled', explanation: '' },
    { kind: 'merged', into: 'case_02' },
    { kind: 'erasure-started', reference: 'er_of_a_test' },
  ];
  expect(letters.map(({ kind }) => kind).toSorted()).toEqual([...letterKinds].toSorted());
  for (const letter of letters) {
    for (const language of ['zh', 'en'] as const) {
      const text = writeLetter(head, letter, language);
      expect(text).toContain('case_01');
      expect(text).toContain('2026-11-02');
      expect(text).not.toMatch(/undefined|\[object/);
      if ('text' in letter) expect(text).toContain(letter.text);
      if ('reference' in letter) expect(text).toContain(letter.reference);
      if ('results' in letter) expect(text).toContain(letter.results);
    }
  }
  expect(writeLetter({ ...head, isProvisional: true }, { kind: 'received' }, 'en')).toContain('provisional');
});

test('waiting for the person is what lies between a question and the next step that moves the case', () => {
  const at = (day: number) => new Date(Date.UTC(2026, 10, day));
  expect(
    questionsOf(
      [
        { at: at(2), toState: null },
        { at: at(3), toState: 'needs-info' },
        { at: at(4), toState: null },
        { at: at(5), toState: 'in-progress' },
        { at: at(6), toState: 'needs-info' },
      ],
      at(9),
    ),
  ).toEqual([
    { from: at(3), until: at(5) },
    { from: at(6), until: at(9) },
  ]);
});

test('X4 CHIPL-8.1.c CHIPL-8.5.a CHIPL-13.a no verification and no question ever makes an answer due later', () => {
  const instant = fc.date({ min: new Date('2010-01-01'), max: new Date('2026-09-01'), noInvalidDate: true });
  fc.assert(
    fc.property(
      instant,
      fc.nat(30),
      fc.nat(40),
      fc.constantFrom(...caseTypeNames),
      (receivedAt, days, waited, type) => {
        const verifiedAt = new Date(receivedAt.getTime() + days * 86_400_000);
        const until = new Date(verifiedAt.getTime() + waited * 86_400_000);
        const unverified = caseDeadline({ type, receivedAt, verifiedAt: null, questions: [] });
        const verified = caseDeadline({
          type,
          receivedAt,
          verifiedAt,
          questions: [{ from: verifiedAt, until }],
        });
        expect(verified.due <= unverified.due).toBe(true);
      },
    ),
  );
});
