import { integer, text, timestamp } from 'drizzle-orm/pg-core';
import { expect, test } from 'vitest';
import { indexText, sealedText } from './declare.ts';
import { type Declared, datum, law, type Privacy, problemsOf, said } from './testing/notes.ts';

const kept = { rows: { keepUntil: law } };
const retained = { onErase: { retain: law }, keep: { max: 'P3Y', from: 'row.createdAt', min: law } };
const unlinked = { rows: 'keep-unlinked' };

const consistent: [string, (privacy: Privacy) => Declared][] = [
  ['rows that are deleted', () => ({})],
  [
    'an owner who is the row',
    (p) => ({ columns: { ownerId: null, note: datum(p, { subject: 'id' }) }, rule: { subject: 'id' } }),
  ],
  ['rows that are kept by law', (p) => ({ columns: { note: datum(p, retained) }, rule: kept })],
  [
    'rows that lose their link',
    (p) => ({ columns: { note: datum(p, { onErase: 'unlink' }) }, rule: unlinked }),
  ],
  [
    'purposes that see the rows of a tenant',
    () => ({
      rule: { tenant: 'ownerId', access: { work: ['select'], own: ['select'], tenants: ['select'] } },
    }),
  ],
  [
    'rows about no person, whose numbers need no reason',
    (p) => ({
      columns: { note: null, ownerId: null, count: p.plain(integer()) },
      rule: {
        subject: undefined,
        title: undefined,
        rows: { notPersonal: 'x' },
        access: { tenants: ['select'], own: ['insert'] },
      },
    }),
  ],
  [
    'rows that name a person and hold nothing of theirs',
    () => ({ columns: { note: null }, keys: 'none', rule: { title: undefined, rows: { keepUntil: law } } }),
  ],
  [
    'rows of which a law keeps one value',
    (p) => ({ columns: { note: datum(p, retained), other: datum(p, { onErase: 'null' }) }, rule: kept }),
  ],
  [
    'rows that never change, of which all stays',
    (p) => ({ columns: { note: datum(p, { onErase: 'unlink' }) }, rule: { ...unlinked, immutable: true } }),
  ],
  [
    'rows of which references end',
    (p) => ({
      columns: { note: datum(p, { onErase: 'null' }), place: datum(p, { onErase: 'unlink' }) },
      rule: { ...unlinked, immutable: 'references-end' },
    }),
  ],
  [
    'a sealed value with its look-up value',
    (p) => ({
      columns: {
        note: datum(p, { clear: undefined }, sealedText()),
        noteIndex: p.blindIndex(indexText(), 'note'),
      },
    }),
  ],
  [
    'a term from another instant of the row',
    (p) => ({
      columns: {
        note: datum(p, { keep: { max: 'P1Y2M3DT4H5M6S', from: 'case.closed' } }),
        closedAt: p.plain(timestamp(), 'anchor'),
      },
      rule: { anchors: { 'case.closed': 'closedAt' } },
    }),
  ],
  [
    'a term from the erasure itself',
    (p) => ({
      columns: { note: datum(p, { keep: { max: 'P0D', from: 'account.closed' } }), createdAt: null },
    }),
  ],
  [
    'a second person in the row whose cells alone go',
    (p) => ({
      columns: {
        otherId: p.plain(text(), 'random identifier'),
        tip: datum(p, { subject: 'otherId', onErase: 'null' }),
      },
    }),
  ],
  [
    'rows that a purpose goes on with after an erasure',
    () => ({ rule: { afterErasure: { work: { why: 'x' } } } }),
  ],
  [
    'words of which each is said, or that are shown to no one',
    (p) => ({
      columns: {
        note: datum(p, { words: { a: said } }, text({ enum: ['a'] })),
        state: datum(p, { export: { no: said } }, text({ enum: ['b'] })),
      },
    }),
  ],
  [
    'sensitive data with a separate consent',
    (p) => ({
      columns: { note: datum(p, { category: 'health', sensitive: true, purposes: ['own', 'checks'] }) },
      rule: { access: { own: ['select'], checks: ['select'] } },
    }),
  ],
  [
    'rows of an account',
    (p) => ({
      columns: { note: datum(p, { onErase: 'unlink' }, integer()) },
      rule: { ...unlinked, tenant: 'ownerId', subjectIs: 'account' },
    }),
  ],
  ['rows that a person may delete', () => ({ rule: { deletable: true } })],
];

test.for(consistent)('nothing is wrong with %s', ([, declare]) => {
  expect(problemsOf(declare)).toEqual([]);
});

const ofAccount = { ...unlinked, tenant: 'ownerId', subjectIs: 'account' };

const wrong: [(privacy: Privacy) => Declared, string[]][] = [
  [
    () => ({ rule: { access: { work: ['select'], own: ['select'], tenants: ['select'] } } }),
    ["purpose tenants sees one tenant's rows, but the personal rows name no tenant column"],
  ],
  [
    () => ({
      columns: { note: null, ownerId: null },
      rule: { subject: undefined, rows: { notPersonal: 'x' } },
    }),
    ["purpose own sees one person's rows, but the table names no subject column"],
  ],
  [
    () => ({ rule: { access: { work: ['select'], own: ['select'], checks: ['insert'] } } }),
    ['note: purpose checks may insert the row but is no purpose of the column'],
  ],
  [
    () => ({ rule: { afterErasure: { letters: { why: 'x' } } } }),
    [
      'rows are kept for the purpose letters, which has no access to the table',
      'rows are kept for the purpose letters, which even a restriction stops',
    ],
  ],
  [
    (p) => ({ columns: { createdAt: p.plain(timestamp(), ' ') } }),
    ['createdAt: says why it tells nothing about whose row it is, or is declared personal'],
  ],
  [
    (p) => ({
      columns: { count: { ...p.plain(integer()), why: null } },
      rule: { subject: undefined, tenant: 'ownerId', rows: { notPersonal: 'x' }, access: {} },
    }),
    [
      'count: says why it tells nothing about whose row it is, or is declared personal',
      'rows are declared not personal, but note is',
      'holds personal data, so the row must carry its subject id',
      'note: purpose work has no access to the table',
      'note: purpose own has no access to the table',
      'note: goes with its row, but the row stays',
    ],
  ],
  [
    (p) => ({ columns: { noteIndex: p.blindIndex(indexText(), 'note') } }),
    ['noteIndex: is the look-up column of note, which is no sealed column'],
  ],
  [
    (p) => ({ columns: { secret: p.plain(sealedText() as never, 'x') } }),
    ['a sealed column holds personal data and must be declared so'],
  ],
  [
    (p) => ({ columns: { note: datum(p, {}, sealedText()) }, keys: 'composed' }),
    [
      'has sealed columns, so its primary key must be one column',
      'holds personal data, so its primary key must be one column, by which rows are named',
    ],
  ],
  [
    (p) => ({
      columns: { note: datum(p, { onErase: 'unlink' }), other: datum(p, { onErase: 'null' }) },
      rule: { ...unlinked, immutable: true },
    }),
    ['holds personal data, so a trigger that forbids deleting would forbid erasure'],
  ],
  [
    () => ({ rule: { immutable: true } }),
    ['holds personal data, so a trigger that forbids deleting would forbid erasure'],
  ],
  [
    () => ({ rule: { immutable: 'references-end' } }),
    [
      'only references end, so the rows must say keep-unlinked',
      'note: may only end as null or stay, because the row is append-only',
    ],
  ],
  [
    (p) => ({
      columns: { note: datum(p, { onErase: 'tombstone' }) },
      rule: { ...unlinked, immutable: 'references-end' },
    }),
    ['note: may only end as null or stay, because the row is append-only'],
  ],
  [
    (p) => ({
      columns: { note: datum(p, { onErase: 'null' }, text().notNull()) },
      rule: { ...unlinked, immutable: 'references-end' },
    }),
    [
      'note: may only end as null or stay, because the row is append-only',
      'note: is set to null by erasure, but the column may not be null',
    ],
  ],
  [
    () => ({ keys: 'none' }),
    ["one person's rows must be found without reading all rows, so it needs an index on (owner_id, id)"],
  ],
  [
    () => ({ rule: { title: undefined } }),
    ['holds personal data, so its rows need a title people understand'],
  ],
  [
    (p) => ({ columns: { note: datum(p, { words: { b: said } }, text({ enum: ['a', 'b', 'c'] })) } }),
    ['note: is shown to people, who need words for a, c'],
  ],
  [
    (p) => ({ columns: { note: datum(p, { wordList: 'kinds' }) } }),
    ['note: nothing puts the word list kinds together'],
  ],
  [
    (p) => ({ columns: { note: datum(p, { subject: 'other', onErase: 'null' }) } }),
    ['note: subject column other does not exist in the row'],
  ],
  ...['P', '1 year', 'P1', 'PT', 'P1DT', 'P1W', 'xP1D', 'P1Dx'].map((max): (typeof wrong)[number] => [
    (p) => ({ columns: { note: datum(p, { keep: { max, from: 'row.createdAt' } }) } }),
    [`note: "${max}" is not an ISO 8601 duration`],
  ]),
  [
    (p) => ({
      columns: {
        note: datum(p, { keep: { max: 'P1Y', from: 'row.createdAt', min: { duration: '1 day', law: 'x' } } }),
      },
    }),
    ['note: "1 day" is not an ISO 8601 duration'],
  ],
  [
    (p) => ({ columns: { note: datum(p, { purposes: ['work'] }) } }),
    ['note: may be exported, but is not readable for the purpose own that exports'],
  ],
  [
    (p) => ({ columns: { note: datum(p, { category: 'health' }) } }),
    ['note: category health is sensitive (PIPL 28) but not declared so'],
  ],
  [
    (p) => ({
      columns: { note: datum(p, { sensitive: true, purposes: ['own', 'letters'] }) },
      rule: { access: { own: ['select'], letters: ['select'] } },
    }),
    ['note: sensitive data needs a separate consent (PIPL 29), purpose letters has a plain one'],
  ],
  [
    (p) => ({ columns: { note: datum(p, { purposes: ['work', 'own', 'checks'] }) } }),
    ['note: purpose checks has no access to the table'],
  ],
  [
    (p) => ({
      columns: { note: datum(p, { onErase: 'unlink' }) },
      rule: { ...ofAccount, access: { work: ['select'], own: ['select'], letters: ['select'] } },
    }),
    ['a person may stop the purpose letters, but the row names an account only'],
  ],
  [
    (p) => ({
      columns: { note: datum(p, { onErase: 'unlink' }) },
      rule: { ...ofAccount, tenant: { none: 'x' } },
    }),
    ['its subject is an account, so subject and tenant are the same column'],
  ],
  [
    (p) => ({
      columns: { note: null, ownerId: p.plain(text(), 'x') },
      rule: { ...ofAccount, subject: undefined, tenant: { none: 'x' }, access: {} },
    }),
    ['its subject is an account, so subject and tenant are the same column'],
  ],
];

test.for(wrong.map(([declare, problems]) => [problems[0], declare, problems] as const))(
  'it is refused: %s',
  ([, declare, problems]) => {
    expect(problemsOf(declare)).toEqual(problems);
  },
);
