import { countStayingRows, executeErasure, findRemainingRows, planErasure } from '@candor/privacy-engine';
import { expect } from 'vitest';
import { test } from '../testing/test.ts';
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
