import { boolean, integer, text, timestamp } from 'drizzle-orm/pg-core';
import { expect, test } from 'vitest';
import { sealedJson, sealedText } from '../declare.ts';
import {
  type Declared,
  datum,
  law,
  notesOf,
  notesVocabulary,
  type Privacy,
  problemsOf,
} from '../testing/notes.ts';
import { retentionContradictions } from './retention-rules.ts';

const kept = { rows: { keepUntil: law } };
const retained = { onErase: { retain: law }, keep: { max: 'P3Y', from: 'row.createdAt', min: law } };
const unlinked = { rows: 'keep-unlinked' };

const consistent: [string, (privacy: Privacy) => Declared][] = [
  [
    'a value in the row of another that cannot be null and is made coarser',
    (p) => ({
      columns: {
        otherId: p.plain(text(), 'random identifier'),
        at: datum(p, { subject: 'otherId', onErase: { generalise: 'hour' } }, timestamp().notNull()),
      },
    }),
  ],
  [
    'what may not be null is replaced, if it is a text or sealed',
    (p) => ({
      columns: {
        note: datum(p, { onErase: 'tombstone' }, text().notNull()),
        file: datum(p, { onErase: 'shred', clear: undefined }, sealedJson().notNull()),
        count: datum(p, { onErase: 'shred' }, integer()),
      },
      rule: unlinked,
    }),
  ],
  [
    'a value that is made coarser',
    (p) => ({
      columns: {
        note: datum(p, { onErase: { generalise: 'ip-prefix' } }),
        at: datum(p, { onErase: { generalise: 'hour' } }, timestamp()),
      },
      rule: unlinked,
    }),
  ],
];

test.for(consistent)('erasure can carry out %s', ([, declare]) => {
  expect(problemsOf(declare)).toEqual([]);
});

const wrong: [(privacy: Privacy) => Declared, string[]][] = [
  [
    (p) => ({ columns: { note: datum(p, { keep: { max: 'P1D', from: 'case.closed' } }) } }),
    ['note: kept from case.closed, but the table does not say in which column that stands'],
  ],
  [
    (p) => ({ columns: { createdAt: null, note: datum(p) } }),
    ['note: kept from row.createdAt, but the table does not say in which column that stands'],
  ],
  [
    () => ({ rule: { ...unlinked, deletable: true } }),
    [
      'note: goes with its row, but the row stays',
      'may be deleted by the person, but the rows are not deleted by erasure',
    ],
  ],
  [
    (p) => ({ columns: { note: datum(p, { onErase: 'null' }) }, rule: kept }),
    ['rows are kept by law, but no column says onErase: { retain }'],
  ],
  ...(['delete', 'keep-unlinked'] as const).map((rows): (typeof wrong)[number] => [
    (p) => ({ columns: { note: datum(p, retained) }, rule: { rows } }),
    ['note: is retained by law, but the rows do not say keepUntil'],
  ]),
  [
    (p) => ({ columns: { otherId: p.plain(text(), 'x'), tip: datum(p, { subject: 'otherId' }) } }),
    ['tip: goes with its row, but the row stays'],
  ],
  [
    (p) => ({
      columns: {
        otherId: p.plain(text(), 'x'),
        tip: datum(p, { subject: 'otherId', onErase: 'unlink' }),
        note: null,
      },
      rule: unlinked,
    }),
    ['tip: stays in a row that no longer says whose it is, but the row still says it'],
  ],
  [
    (p) => ({
      columns: { note: datum(p, { subject: 'id', onErase: 'unlink' }) },
      rule: { ...unlinked, subject: 'id' },
    }),
    ['note: stays in a row that no longer says whose it is, but the row still says it'],
  ],
  [
    (p) => ({
      columns: { note: datum(p, { onErase: 'unlink', clear: undefined }, sealedText()) },
      rule: unlinked,
    }),
    ['note: stays, but would be unreadable without the key of its person'],
  ],
  [
    (p) => ({ columns: { note: datum(p, { onErase: 'null' }, text().notNull()) } }),
    ['note: is set to null by erasure, but the column may not be null'],
  ],
  [
    (p) => ({ columns: { note: datum(p, { onErase: 'tombstone' }, integer()) }, rule: unlinked }),
    ['note: only a text can be replaced by a random value'],
  ],
  [
    (p) => ({ columns: { note: datum(p, { onErase: 'shred' }, boolean().notNull()) }, rule: unlinked }),
    ['note: only a text can be replaced by a random value'],
  ],
  [
    (p) => ({
      columns: {
        otherId: p.plain(text(), 'x'),
        tip: datum(p, { ...retained, subject: 'otherId' }, integer().notNull()),
      },
    }),
    ['tip: only a text can be replaced by a random value'],
  ],
  [
    (p) => ({
      columns: { note: datum(p, { onErase: { generalise: 'month' }, clear: undefined }, sealedText()) },
      rule: unlinked,
    }),
    ['note: a sealed value cannot be generalised'],
  ],
  [
    (p) => ({ columns: { note: datum(p, { onErase: { generalise: 'month' } }) }, rule: unlinked }),
    ['note: has no month that it could be generalised to'],
  ],
  [
    (p) => ({ columns: { note: datum(p, { onErase: { generalise: 'ip-prefix' } }, timestamp()) } }),
    ['note: has no ip-prefix that it could be generalised to'],
  ],
];

test.for(wrong.map(([declare, problems]) => [problems[0], declare, problems] as const))(
  'it is refused: %s',
  ([, declare, problems]) => {
    expect(problemsOf(declare)).toEqual(problems);
  },
);

test('a term that cannot be carried out, or only by reading every row, is named', () => {
  const problems = (declare: (privacy: Privacy) => Declared) => {
    const privacy = notesVocabulary();
    return retentionContradictions(notesOf(privacy, declare(privacy)));
  };
  expect(problems(() => ({}))).toEqual([
    'shop.notes: what is due must be found without reading every row, so it needs an index on (created_at)',
  ]);
  expect(problems(() => ({ keys: 'by date too' }))).toEqual([]);
  const longer = { keep: { max: 'P1Y', from: 'row.createdAt', min: law } };
  expect(
    problems((p) => ({ keys: 'by date too', columns: { note: datum(p), other: datum(p, longer) } })),
  ).toEqual(['shop.notes: the row goes after P90D, but Some Law 7 keeps other for P3Y']);
  // A cell that goes alone leaves what a law keeps.
  expect(
    problems((p) => ({
      keys: 'by date too',
      columns: { note: datum(p, { onErase: 'null' }), other: datum(p, longer) },
    })),
  ).toEqual([]);
  expect(
    problems((p) => ({
      keys: 'by date too',
      columns: { note: datum(p, { keep: { max: 'P1D', from: 'account.closed' } }) },
    })),
  ).toEqual([]);
  const almost = { keep: { max: 'P1Y', from: 'row.createdAt', min: { duration: 'P91D', law: 'x' } } };
  expect(
    problems((p) => ({ keys: 'by date too', columns: { note: datum(p), other: datum(p, almost) } })),
  ).toEqual([]);
  const beyond = { keep: { max: 'P1Y', from: 'row.createdAt', min: { duration: 'P92D', law: 'x' } } };
  expect(
    problems((p) => ({ keys: 'by date too', columns: { note: datum(p), other: datum(p, beyond) } })),
  ).toEqual(['shop.notes: the row goes after P90D, but x keeps other for P92D']);
  // An anchor that stands nowhere is named as such, once.
  expect(problems((p) => ({ columns: { createdAt: null, note: datum(p) } }))).toEqual([]);
});
