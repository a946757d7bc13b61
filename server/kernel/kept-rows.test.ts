import { countStayingRows, executeErasure, findRemainingRows, planErasure } from '@candor/privacy-engine';
import { expect } from 'vitest';
import { test } from '../testing/test.ts';
import { createClub } from './club-declarations.fixture.ts';
import { closedAt, inClub } from './erased-rows.fixture.ts';

test('rows that hold something of a person and stay are counted once, however many rules they fall under', async ({
  database,
}) => {
  await inClub(database, async ({ input }) => {
    const counts = [];
    for (const table of ['invoices', 'boats', 'visits', 'members', 'fees'])
      counts.push(await countStayingRows(input, `club.${table}`));
    expect(counts).toEqual([3, 1, 3, 0, 1]);
  });
});

test('what still says whose it is after an erasure is named, with the number of rows', async ({
  database,
}) => {
  await inClub(database, async ({ input, query }) => {
    const remaining = () => findRemainingRows(query, input.registry, 'club.restrictions', 'ann');
    const found = await remaining();
    expect(Object.fromEntries(found.map(({ place, rows }) => [place, rows]))).toEqual({
      'club.members.id': 1,
      'club.boats.member_id': 2,
      'club.boats.skipper_id': 1,
      'club.pages.member_id': 1,
      'club.visits.member_id': 2,
      'club.visits.guide_id': 1,
      'club.badges.member_id': 1,
      'club.medals.member_id': 1,
      'club.medals.giver_id': 1,
      'club.hulls.member_id': 1,
      'club.masts.member_id': 1,
    });
    await executeErasure(input, await planErasure(input));
    expect(await remaining()).toEqual([]);
    await query(`update club.visits set member_id = 'ann' where id = 'v2'`, []);
    await query(`update club.medals set giver_id = 'ann'`, []);
    expect(await remaining()).toEqual([
      { place: 'club.medals.giver_id', rows: 2 },
      { place: 'club.visits.member_id', rows: 1 },
    ]);
  });
});

test('a key lives as long as the last value it sealed that a law keeps', async ({ database }) => {
  await inClub(database, async ({ input, query }) => {
    const registry = createClub({ disputes: 'billing' });
    const untilOf = async () => {
      const { keys } = await planErasure({ ...input, registry });
      return keys.flatMap((key) => (key.verb === 'hold' ? [`${key.keyClass} ${key.until}`] : []));
    };
    expect(await untilOf()).toEqual(['billing 2031-03-01T00:00:00.000Z']);
    await query(`update club.invoices set closed_at = '2030-06-01' where id = 'i2'`, []);
    expect(await untilOf()).toEqual(['billing 2032-06-01T00:00:00.000Z']);
  });
});

test('a plan is the same where the driver leaves instants as PostgreSQL prints them', async ({
  database,
}) => {
  await inClub(database, async ({ input, query }) => {
    const printed = (value: unknown) =>
      value instanceof Date ? value.toISOString().replace('T', ' ').replace('Z', '+00') : value;
    const plan = await planErasure({
      ...input,
      query: async (sql, parameters) =>
        (await query(sql, parameters)).map((row) =>
          Object.fromEntries(Object.entries(row).map(([name, value]) => [name, printed(value)])),
        ),
    });
    expect(plan).toEqual(await planErasure(input));
    expect(JSON.stringify(plan)).toContain('"until":"2031-03-01T00:00:00.000Z"');
  });
});

test('a single constraint that is checked late is, so that rows that name each other can go', async ({
  database,
}) => {
  await inClub(database, async ({ input, query, rows }) => {
    await query('alter table club.boats drop constraint boats_member', []);
    await query('alter table club.hulls drop constraint hulls_mast, alter mast_id drop not null', []);
    await query(
      'alter table club.hulls add constraint hulls_mast foreign key (mast_id) references club.masts',
      [],
    );
    const plan = await planErasure(input);
    expect(plan.deferred).toEqual(['club.masts_hull']);
    expect(plan.cuts).toContainEqual({
      constraint: 'hulls_mast',
      table: 'club.hulls',
      column: 'mast_id',
      rowsOf: 'subject',
      rows: 1,
    });
    await executeErasure(input, plan);
    await query('set constraints all immediate', []);
    expect([await rows('hulls'), await rows('masts')]).toEqual([{}, {}]);
  });
});

test('a reference that leads one way is neither cut nor checked late', async ({ database }) => {
  await inClub(database, async ({ input, query, rows }) => {
    const { cuts, deferred } = await planErasure(input);
    await query('alter table club.hulls add boat text constraint hulls_boat references club.boats', []);
    await query(`update club.hulls set boat = 'heron'`, []);
    const plan = await planErasure(input);
    expect(plan).toMatchObject({ cuts, deferred });
    await executeErasure(input, plan);
    expect(await rows('hulls')).toEqual({});
  });
});

test('a reference of several columns is cut where the one that may be null is set', async ({ database }) => {
  await inClub(database, async ({ input, query }) => {
    await query(`update club.members set favourite_boat = null where id = 'cid'`, []);
    await query('alter table club.boats add unique (member_id, id)', []);
    await query(
      'alter table club.members drop constraint members_boat, add constraint members_boat foreign key (id, favourite_boat) references club.boats (member_id, id)',
      [],
    );
    const cutsOfMembers = async () =>
      (await planErasure(input)).cuts.flatMap(({ constraint, rows }) =>
        constraint === 'members_boat' ? [rows] : [],
      );
    expect(await cutsOfMembers()).toEqual([1]);
    await query(`update club.members set favourite_boat = null where id = 'ann'`, []);
    expect(await cutsOfMembers()).toEqual([]);
    await executeErasure(input, await planErasure(input));
  });
});

test('a term that waits for what has not happened counts from the erasure', async ({ database }) => {
  await inClub(database, async ({ input, query }) => {
    const until = async (at: Date) => {
      const { tables } = await planErasure({ ...input, closedAt: at });
      return tables.flatMap(({ columns }) => columns).find(({ column }) => column === 'dispute');
    };
    expect(await until(closedAt)).toMatchObject({ until: '2028-11-02T03:20:00.000Z' });
    await query(`update club.invoices set closed_at = '2026-06-01' where id = 'i2'`, []);
    expect(await until(closedAt)).toMatchObject({ until: '2028-06-01T00:00:00.000Z' });
  });
});
