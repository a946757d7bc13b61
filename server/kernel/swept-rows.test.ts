import {
  executeErasure,
  findOverdue,
  inDeletionOrder,
  planErasure,
  type Registry,
  type RetentionRule,
  retentionRules,
  sweepBatch,
} from '@candor/privacy-engine';
import { expect } from 'vitest';
import { test } from '../testing/test.ts';
import { createClub } from './club-declarations.fixture.ts';
import { type Club, closedAt, inClub } from './erased-rows.fixture.ts';

const restrictionTable = 'club.restrictions';
const rulesOf = (registry: Registry) => retentionRules(registry, restrictionTable);
const nothing = { candidates: 0, oldest: null, overdueSeconds: 0 };

/** A rule in few words: `kind of table by column: verb after term from anchor, column verb …`. */
function inWords({ kind, table, subjectColumn, verb, terms, columns }: RetentionRule): string {
  const cells = columns.map(
    ({ column, fate }) => `, ${column.name} ${fate.verb === 'generalise' ? fate.to : fate.verb}`,
  );
  const ends = terms.map(({ anchor, duration }) => `${duration} from ${anchor}`);
  return `${kind} of ${table.name} by ${subjectColumn}: ${verb} after ${ends.join(' and ')}${cells.join('')}`;
}

test('every term of a declaration is a rule: how long, from when, and what goes then', () => {
  const rules = rulesOf(createClub());
  expect(rules.map(inWords)).toEqual([
    'ceiling of fees by account_id: delete after P5Y from row.createdAt',
    'ceiling of invoices by member_id: delete after P5Y from row.createdAt',
    'ceiling of invoices by member_id: delete after P2Y from case.closed',
    'ceiling of invoices by member_id: change after P30D from row.createdAt, phone null',
    'ceiling of pages by member_id: delete after P30D from row.createdAt',
    'ceiling of visits by member_id: change after P30D from row.createdAt, card tombstone, card_index tombstone, old_card null, door tombstone, side tombstone, note null, weather stay',
    'ceiling of visits by member_id: change after P7D from row.createdAt, ip ip-prefix, came_at hour, left_at month',
    'ceiling of visits by guide_id: change after P30D from row.createdAt, tip null',
    'hold-end of fees by account_id: delete after P5Y from row.createdAt, amount null',
    'hold-end of invoices by member_id: delete after P5Y from row.createdAt and P2Y from case.closed, amount null, address null, dispute tombstone',
    'hold-end of invoices by witness_id: change after P2Y from account.closed, testimony tombstone',
  ]);
  expect(rules.map(({ name }) => name)).toContain('club.invoices.amount,address,dispute');
});

test('rules of what refers to others come first, and ceilings before what a law let go', async ({
  database,
}) => {
  await inClub(database, async ({ registry, query }) => {
    const rules = rulesOf(registry);
    await query('alter table club.fees add invoice_id text references club.invoices', []);
    await query('alter table club.invoices add page_id text references club.pages', []);
    await query('alter table club.pages add visit_id text references club.visits', []);
    const ordered = await inDeletionOrder(query, rules);
    expect(ordered).toHaveLength(rules.length);
    expect([...new Set(ordered.map(({ kind, table }) => `${kind} ${table.name}`))]).toEqual([
      'ceiling fees',
      'ceiling invoices',
      'ceiling pages',
      'ceiling visits',
      'hold-end fees',
      'hold-end invoices',
    ]);
    await query('alter table club.fees drop invoice_id, add visit_id text references club.visits', []);
    await query('alter table club.invoices drop page_id, add fee_id text references club.fees', []);
    await query('alter table club.pages drop visit_id, add invoice_id text references club.invoices', []);
    const turned = await inDeletionOrder(query, rules);
    expect([...new Set(turned.map(({ kind, table }) => `${kind} ${table.name}`))]).toEqual([
      'ceiling pages',
      'ceiling invoices',
      'ceiling fees',
      'ceiling visits',
      'hold-end invoices',
      'hold-end fees',
    ]);
  });
});

/** What each rule of a kind found and did, without those that found nothing: a second sweep finds nothing more. */
async function sweep({ registry, query }: Club, kind: RetentionRule['kind'], now: string) {
  const input = { query, restrictionTable, now: new Date(now) };
  const done: Record<string, string> = {};
  for (const rule of await inDeletionOrder(query, rulesOf(registry))) {
    if (rule.kind !== kind) continue;
    const found = await findOverdue(input, rule);
    const { subjects, done: count } = await sweepBatch(input, rule, 10);
    expect(count, rule.name).toBe(found.candidates);
    if (count > 0)
      done[rule.name] =
        `${count} of ${subjects.toSorted().join(', ')} since ${found.oldest?.toISOString()}, overdue ${found.overdueSeconds} s`;
    else expect(found, rule.name).toEqual(nothing);
    expect(await sweepBatch(input, rule, 10), `${rule.name}, a second time`).toEqual({
      done: 0,
      subjects: [],
    });
    expect(await findOverdue(input, rule), `${rule.name}, afterwards`).toEqual(nothing);
  }
  return done;
}

test('a sweep ends once what is past its term, of every person, and leaves what is not', async ({
  database,
}) => {
  await inClub(database, async (world) => {
    // A value that only begins like one that was erased is still there.
    await world.query(`update club.visits set tip = 'erased-board by the door' where id = 'v1'`, []);
    const before = await world.rows('visits');
    expect(await sweep(world, 'ceiling', '2026-11-02T03:20:00Z')).toEqual({
      'club.visits.card,card_index,old_card,door,side,note,weather':
        '1 of ann since 2026-09-03T00:00:00.000Z, overdue 2604000 s',
      'club.visits.ip,came_at,left_at': '2 of ann since 2026-09-03T00:00:00.000Z, overdue 4591200 s',
      'club.visits.tip': '1 of bob since 2026-09-03T00:00:00.000Z, overdue 2604000 s',
      'club.pages.words,route': '2 of ann, bob since 2026-09-01T00:00:00.000Z, overdue 2776800 s',
      'club.invoices.phone': '1 of ann since 2026-03-01T00:00:00.000Z, overdue 18674400 s',
    });
    expect(Object.keys(await world.rows('pages'))).toEqual(['p3']);
    expect(await world.rows('invoices')).toMatchObject({ i1: { phone: null }, i3: { phone: '13900139000' } });
    expect(await world.rows('visits')).toEqual({
      v1: {
        ...before['v1'],
        card: expect.stringMatching(/^s1\.AQAAAA[A-D]/) as string,
        card_index: expect.stringMatching(/^[\w-]{22}$/) as string,
        old_card: null,
        door: expect.stringMatching(/^erased-/) as string,
        side: 'east',
        note: null,
        tip: null,
        ip: '203.0.113.0',
        came_at: new Date('2026-09-03T05:00:00Z'),
        left_at: new Date('2026-09-01T00:00:00Z'),
      },
      v2: before['v2'],
      v3: { ...before['v3'], ip: '' },
    });
  });
});

test('a term ends to the second', async ({ database }) => {
  await inClub(database, async ({ registry, query }) => {
    const [pages] = rulesOf(registry).filter(({ table }) => table.name === 'pages');
    if (pages === undefined) throw new Error('no rule about pages');
    const at = (now: string) => findOverdue({ query, restrictionTable, now: new Date(now) }, pages);
    expect(await at('2026-09-30T23:59:59Z')).toEqual(nothing);
    expect(await at('2026-10-01T00:00:00Z')).toEqual({
      candidates: 1,
      oldest: new Date('2026-09-01'),
      overdueSeconds: 0,
    });
    expect(await at('2026-10-01T00:00:01Z')).toMatchObject({ overdueSeconds: 1 });
  });
});

test('what is due is the same where the driver leaves instants as PostgreSQL prints them', async ({
  database,
}) => {
  await inClub(database, async ({ registry, query }) => {
    const [pages] = rulesOf(registry).filter(({ table }) => table.name === 'pages');
    if (pages === undefined) throw new Error('no rule about pages');
    const overdue = await findOverdue(
      {
        restrictionTable,
        now: closedAt,
        query: async (sql, parameters) => {
          const rows = await query(sql, parameters);
          return rows.map((row) =>
            row['oldest'] instanceof Date ? { ...row, oldest: '2026-09-01 00:00:00+00' } : row,
          );
        },
      },
      pages,
    );
    expect(overdue).toEqual(await findOverdue({ query, restrictionTable, now: closedAt }, pages));
    expect(overdue).toMatchObject({ candidates: 2, oldest: new Date('2026-09-01') });
  });
});

test('a value that a law keeps in the row of another ends with its term, and the row stays', async ({
  database,
}) => {
  await inClub(database, async ({ query, rows }) => {
    const rules = rulesOf(createClub({ termsFrom: 'row.createdAt' }));
    const [testimony] = rules.filter(({ name }) => name === 'club.invoices.testimony');
    if (testimony === undefined) throw new Error('no rule about testimonies');
    expect(inWords(testimony)).toBe(
      'ceiling of invoices by witness_id: change after P2Y from row.createdAt, testimony tombstone',
    );
    const input = { query, restrictionTable, now: new Date('2028-03-01T00:00:00Z') };
    expect(await findOverdue(input, testimony)).toMatchObject({ candidates: 2 });
    const { done, subjects } = await sweepBatch(input, testimony, 10);
    expect([done, subjects.toSorted()]).toEqual([2, ['ann', 'bob']]);
    const gone = expect.stringMatching(/^erased-/) as string;
    expect(await rows('invoices')).toMatchObject({
      i1: { amount: 5, witness_id: 'bob', testimony: gone },
      i2: { amount: 6, witness_id: 'ann', testimony: gone },
      i3: { amount: 7, testimony: 'Ann saw it' },
    });
    expect(await findOverdue(input, testimony)).toEqual(nothing);
  });
});

test('what only loses its link has no term of its own to be carried out', () => {
  const names = rulesOf(createClub({ termsFrom: 'row.createdAt' })).map(({ name }) => name);
  expect(names.filter((name) => name.startsWith('club.badges'))).toEqual([]);
});

test('a row goes with the last of its terms when a value in it could go alone', () => {
  const rules = rulesOf(createClub({ keepsPhone: true })).map(inWords);
  expect(rules).toContain(
    'ceiling of invoices by member_id: delete after P5Y from row.createdAt, phone null',
  );
});

test('a batch is no larger than its limit, and names whose rows it touched where they are anyone’s', async ({
  database,
}) => {
  await inClub(database, async ({ registry, query }) => {
    const [pages] = rulesOf(registry).filter(({ table }) => table.name === 'pages');
    if (pages === undefined) throw new Error('no rule about pages');
    const input = { query, restrictionTable, now: closedAt };
    await query(`update club.pages set member_id = null where id = 'p1'`, []);
    const batches = [];
    for (const limit of [1, 2, 2]) batches.push(await sweepBatch(input, pages, limit));
    expect(batches.map(({ done }) => done)).toEqual([1, 1, 0]);
    expect(batches.flatMap(({ subjects }) => subjects)).toEqual(['bob']);
  });
});

test('what a law kept of an erased person goes when the last law lets go, and only theirs', async ({
  database,
}) => {
  await inClub(database, async (world) => {
    const { input, query } = world;
    await executeErasure(input, await planErasure(input));
    await query(
      `insert into club.invoices values ('i4', 'ann', null, 8, null, 's1.dispute4', null, 'none', '2026-08-01', '2022-01-01')`,
      [],
    );
    await query(`insert into club.restrictions values ('ann', 'erased', $1), ('bob', 'asked', $1)`, [
      closedAt,
    ]);
    expect(await sweep(world, 'hold-end', '2028-07-31T23:59:59Z')).toEqual({});
    expect(await sweep(world, 'hold-end', '2028-08-01T00:00:00Z')).toEqual({
      'club.invoices.amount,address,dispute': '1 of ann since 2022-01-01T00:00:00.000Z, overdue 0 s',
    });
    expect(await sweep(world, 'hold-end', '2028-11-02T03:19:59Z')).toEqual({});
    expect(await sweep(world, 'hold-end', '2028-11-02T03:20:00Z')).toEqual({
      'club.invoices.testimony': '2 of ann since 2026-11-02T03:20:00.000Z, overdue 0 s',
    });
    expect(await sweep(world, 'hold-end', '2031-01-01T00:00:00Z')).toEqual({
      'club.invoices.amount,address,dispute': '1 of ann since 2025-03-01T00:00:00.000Z, overdue 26438400 s',
      'club.fees.amount': '1 of account-a since 2026-01-01T00:00:00.000Z, overdue 0 s',
    });
    expect(await world.rows('fees')).toMatchObject({ f2: { amount: 2 } });
    expect(await world.rows('invoices')).toMatchObject({
      i1: { amount: 5, testimony: 'saw it' },
      i3: { witness_id: 'ann', testimony: expect.stringMatching(/^erased-/) as string },
    });
  });
});
