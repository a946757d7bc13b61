import { type ErasurePlan, executeErasure, planErasure, type SqlQuery } from '@candor/privacy-engine';
import { expect } from 'vitest';
import { test } from '../testing/test.ts';
import { inClub } from './erased-rows.fixture.ts';

/** A plan in few words: `table by column: verb rows, column verb …`. */
function inWords({ tables, cuts, deferred, keys }: ErasurePlan) {
  return {
    tables: tables.map(({ table, subjectColumn, isShared, verb, rows, columns }) => {
      const cells = columns.map((cell) => {
        if (cell.verb !== 'hold') return `${cell.column} ${cell.verb}`;
        return `${cell.column} held by ${cell.law} until ${cell.until?.slice(0, 16)}`;
      });
      return `${table} by ${subjectColumn}${isShared ? ', shared' : ''}: ${verb} ${rows}, ${cells.join(', ')}`;
    }),
    cuts: cuts.map(({ constraint, table, column, rowsOf, rows }) =>
      [constraint, table, column, rowsOf, rows].join(' '),
    ),
    deferred,
    keys: keys.map((key) => `${key.keyClass} ${key.verb === 'hold' ? key.until.slice(0, 16) : key.verb}`),
  };
}

const annsPlan = {
  cuts: [
    'members_boat club.members favourite_boat subject 1',
    'members_invited_by_fkey club.members invited_by others 1',
    'pages_boat club.pages boat_id others 1',
    'raffle_buyer club.raffle buyer others 1',
  ],
  deferred: ['club.boats_member', 'club.hulls_mast', 'club.masts_hull'],
  keys: [
    'core destroy',
    'kyc destroy',
    'billing 2031-03-01T00:00',
    'content destroy',
    'evidence 2028-11-02T03:20',
  ],
};

const annsTables = [
  'club.badges by member_id: change 1, colour stay, member_id unlink',
  'club.boats by skipper_id, shared: change 1, skipper_name null, skipper_id unlink',
  'club.fees by account_id: keep 1, amount held by Some Tax Law 7 until 2031-01-01T00:00',
  'club.invoices by member_id: change 2, amount held by Some Tax Law 7 until 2031-03-01T00:00, address held by Some Tax Law 7 until 2031-03-01T00:00, dispute held by Some Court Law 3 until 2028-11-02T03:20, phone null',
  'club.invoices by witness_id, shared: change 2, testimony held by Some Court Law 3 until 2028-11-02T03:20, witness_name null',
  'club.medals by member_id: change 1, member_id null, metal stay',
  'club.medals by giver_id, shared: change 1, giver_id null, speech null',
  'club.hulls by member_id: delete 1, paint delete-row',
  'club.masts by member_id: delete 1, paint delete-row',
  'club.tallies by account_id: keep 1, cups stay',
  'club.visits by member_id: change 2, card tombstone, card_index tombstone, old_card null, door tombstone, side tombstone, ip generalise, came_at generalise, left_at generalise, note null, weather stay, member_id unlink',
  'club.visits by guide_id, shared: change 1, tip null, guide_id unlink',
  'club.pages by member_id: delete 1, words delete-row, route delete-row',
  'club.boats by member_id: delete 2, name delete-row',
  'club.members by id: delete 1, email delete-row, email_index delete-row, nickname delete-row',
];

test('a plan names every column about a person once, with its verb, its law and its end', async ({
  database,
}) => {
  await inClub(database, async ({ input }) => {
    const plan = await planErasure(input);
    expect(inWords(plan)).toEqual({ tables: expect.any(Array), ...annsPlan });
    expect(inWords(plan).tables.toSorted()).toEqual(annsTables.toSorted());
    expect(plan.registryHash).toBe(input.registry.hash);
  });
});

test('cells are changed before rows go, and rows go before what they refer to', async ({ database }) => {
  await inClub(database, async ({ input }) => {
    const { tables } = await planErasure(input);
    const verbs = tables.map(({ verb }) => verb);
    expect(verbs.lastIndexOf('change')).toBeLessThan(verbs.indexOf('delete'));
    expect(tables.slice(verbs.indexOf('delete')).map(({ table }) => table)[0]).toBe('club.pages');
  });
});

test('a person without rows has a plan that does nothing, and ends no law waits for', async ({
  database,
}) => {
  await inClub(database, async ({ input }) => {
    const plan = await planErasure({ ...input, subject: 'stranger' });
    expect(plan.tables.map(({ rows }) => rows)).toEqual(annsTables.map(() => 0));
    expect(
      plan.tables.flatMap(({ columns }) => columns.flatMap((cell) => ('until' in cell ? [cell.until] : []))),
    ).toEqual(Array.from({ length: 5 }, () => null));
    expect([plan.cuts, plan.keys.filter(({ verb }) => verb === 'hold')]).toEqual([[], []]);
  });
});

test('one kind of data alone is planned without the others, and no key goes with it', async ({
  database,
}) => {
  await inClub(database, async ({ input, rows }) => {
    const onlyPages = { ...input, onlyTables: new Set(['club.pages']) };
    const plan = await planErasure(onlyPages);
    expect(inWords(plan)).toEqual({
      tables: ['club.pages by member_id: delete 1, words delete-row, route delete-row'],
      cuts: [],
      deferred: [],
      keys: [],
    });
    await executeErasure(onlyPages, plan);
    expect(Object.keys(await rows('pages')).toSorted()).toEqual(['p2', 'p3']);
  });
});

const random = {
  envelope: expect.stringMatching(/^s1\.AQAAAA[A-D][\w-]{64}$/) as string,
  lookUp: expect.stringMatching(/^[\w-]{22}$/) as string,
  text: expect.stringMatching(/^erased-[0-9a-f-]{36}$/) as string,
};

test('an erasure takes rows, cells and links as declared, keeps what a law holds, and leaves the rest', async ({
  database,
}) => {
  await inClub(database, async ({ input, query, rows }) => {
    const tables = 'members boats pages visits badges invoices fees tallies raffle medals hulls masts'.split(
      ' ',
    );
    const all = async () => {
      const found: Awaited<ReturnType<typeof rows>> = {};
      for (const table of tables) Object.assign(found, await rows(table));
      return found;
    };
    const before = await all();
    await executeErasure(input, await planErasure(input));
    await query('set constraints all immediate', []);
    const { ann: _ann, heron: _heron, own: _own, p1: _p1, hull: _hull, mast: _mast, ...staying } = before;
    const erased = {
      card: random.envelope,
      card_index: random.lookUp,
      old_card: null,
      door: random.text,
      side: 'east',
      note: null,
      member_id: null,
    };
    expect(await all()).toEqual({
      ...staying,
      cid: { ...before['cid'], invited_by: null },
      p2: { ...before['p2'], boat_id: null },
      r1: { ...before['r1'], buyer: null },
      swan: { ...before['swan'], skipper_id: null, skipper_name: null },
      v1: {
        ...before['v1'],
        ...erased,
        ip: '203.0.113.0',
        came_at: new Date('2026-09-03T05:00:00Z'),
        left_at: new Date('2026-09-01T00:00:00Z'),
      },
      v2: { ...before['v2'], tip: null, guide_id: null },
      v3: { ...before['v3'], ...erased, ip: '' },
      g1: { ...before['g1'], member_id: random.text },
      i1: { ...before['i1'], phone: null },
      i3: { ...before['i3'], witness_name: null },
      m1: { ...before['m1'], member_id: null },
      m2: { ...before['m2'], giver_id: null, speech: null },
    });
  });
});

test('an address of IPv6 keeps its first 48 bits', async ({ database }) => {
  await inClub(database, async ({ input, rows }) => {
    const bobs = { ...input, subject: 'bob', onlyTables: new Set(['club.visits']) };
    await executeErasure(bobs, await planErasure(bobs));
    expect((await rows('visits'))['v2']).toMatchObject({ ip: '2001:db8:1::' });
  });
});

test('the row of the person, and no other, is locked before the plan is made anew', async ({ database }) => {
  await inClub(database, async ({ input, query }) => {
    const plan = await planErasure({ ...input, onlyTables: new Set() });
    const locks = async () => {
      const found = await query(`select xmax::text from club.members order by id = 'ann' desc, id`, []);
      const others = await query(
        'select xmax::text from club.lockers union all select xmax::text from club.pages union all select xmax::text from club.fees',
        [],
      );
      return [...found, ...others].map(({ xmax }) => xmax);
    };
    await query('savepoint before', []);
    const [annBefore, ...othersBefore] = await locks();
    await executeErasure({ ...input, onlyTables: new Set() }, plan);
    const [ann, ...others] = await locks();
    expect(ann).not.toBe(annBefore);
    expect(others).toEqual(othersBefore);
  });
});

test('what came after the plan is not erased by it', async ({ database }) => {
  await inClub(database, async ({ input, query }) => {
    const plan = await planErasure(input);
    await query(`insert into club.badges values ('g3', 'ann', 'red', now())`, []);
    await expect(executeErasure(input, plan)).rejects.toMatchObject({
      code: 'plan-changed',
      message: 'Changed since the plan was made: the rows of the person',
    });
  });
});

/** Something in the database that keeps rows from being touched, unseen by the plan. */
async function holdOn(query: SqlQuery, table: string, verb: 'delete' | 'update'): Promise<void> {
  await query(
    'create function club.holds_on() returns trigger language plpgsql as $$ begin return null; end $$',
    [],
  );
  await query(
    `create trigger holds_on before ${verb} on club.${table} for each row execute function club.holds_on()`,
    [],
  );
}

test.for([
  ['pages', 'delete', 'club.pages: 1 rows planned, 0 touched'],
  ['badges', 'update', 'club.badges: 1 rows planned, 0 touched'],
  ['members', 'update', 'club.members: 1 references planned, 0 cut'],
  ['raffle', 'update', 'club.raffle: 1 references planned, 0 cut'],
] as const)(
  'an erasure that touches fewer rows than planned fails: %s',
  async ([table, verb, why], { database }) => {
    await inClub(database, async ({ input, query }) => {
      const plan = await planErasure(input);
      await holdOn(query, table, verb);
      await expect(executeErasure(input, plan)).rejects.toMatchObject({
        code: 'plan-changed',
        message: `Changed since the plan was made: ${why}`,
      });
    });
  },
);

test.for([
  ['club.pages', 'boat_id', 'pages_boat', `delete from club.pages where id = 'p2'`],
  ['club.raffle', 'buyer', 'raffle_buyer', `delete from club.raffle where ticket = 'r1'`],
] as const)(
  'a row of another that cannot let go of one of hers makes an erasure impossible, a row of her own does not: %s',
  async ([table, column, constraint, withoutOther], { database }) => {
    await inClub(database, async ({ input, query }) => {
      await query(`alter table ${table} alter column ${column} set not null`, []);
      await expect(planErasure(input)).rejects.toMatchObject({
        code: 'impossible',
        message: `${table}: 1 rows refer to rows that go, and ${constraint} can neither be set to null nor be checked late`,
      });
      await query(withoutOther, []);
      await expect(planErasure(input)).resolves.toBeDefined();
    });
  },
);
