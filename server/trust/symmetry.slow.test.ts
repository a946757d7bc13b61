import { randomBytes } from 'node:crypto';
import {
  compileSql,
  type ErasurePlan,
  executeErasure,
  findRemainingRows,
  hashPlan,
  planErasure,
  type PlanInput,
  purposeRole,
  type Registry,
  type SqlQuery,
} from '@candor/privacy-engine';
import fc from 'fast-check';
import pg from 'pg';
import { expect } from 'vitest';
import {
  declareLives,
  livesArbitrary,
  livesSql,
  type RandomLives,
} from '../../privacy-engine/testing/random-lives.ts';
import { ruleOptionsOf } from '../kernel/database-options.ts';
import { test } from '../testing/test.ts';

// Random declarations, random rows, a real PostgreSQL: whatever is declared is erased or held, whatever changed was
// planned, and no other person's row is another one afterwards.

type Row = Record<string, unknown>;
const closedAt = new Date('2026-11-02T03:20:00Z');
const persons = ['anna', 'bela', 'chen'] as const;

async function withLives(
  admin: pg.Pool,
  lives: RandomLives,
  work: (world: {
    registry: Registry;
    query: SqlQuery;
    rows: () => Promise<Map<string, Row>>;
  }) => Promise<void>,
): Promise<void> {
  const schema = `lives_${randomBytes(6).toString('hex')}`;
  const registry = declareLives(schema, lives);
  const client = await admin.connect();
  const query: SqlQuery = async (text, parameters) => (await client.query<Row>(text, [...parameters])).rows;
  try {
    await client.query('begin');
    for (const statement of livesSql(schema, lives, persons)) await client.query(statement);
    await client.query('set constraints all immediate');
    // As the engine's own role, with the grants and policies that are compiled for it.
    const options = { ...ruleOptionsOf(registry), rolePrefix: `${schema}_` };
    await client.query(compileSql(registry, options));
    await client.query(`set local role ${pg.escapeIdentifier(purposeRole(options, 'erasure'))}`);
    const rows = async () => {
      const all = new Map<string, Row>();
      for (const { name } of registry.tables)
        for (const row of await query(`select * from "${schema}"."${name}"`, []))
          all.set(`${schema}.${name} ${String(row['id'])}`, row);
      return all;
    };
    await work({ registry, query, rows });
  } finally {
    await client.query('rollback');
    client.release();
  }
}

const inputOf = (registry: Registry, query: SqlQuery): PlanInput => ({
  registry,
  restrictionTable: 'none.none',
  query,
  subject: 'anna',
  closedAt,
});

/** Null when the plan names a reference that cannot be cut: then nothing may have been changed. */
async function planOrRefusal(input: PlanInput): Promise<ErasurePlan | null> {
  try {
    return await planErasure(input);
  } catch (error) {
    expect(error).toMatchObject({
      code: 'impossible',
      message: expect.stringMatching(/t\d+_other/) as string,
    });
    return null;
  }
}

function expectDeclaredIsErasedOrHeld(registry: Registry, plan: ErasurePlan): void {
  for (const table of registry.tables) {
    const place = `${table.schema}.${table.name}`;
    const declared = table.columns.filter(({ datum }) => datum !== null).map(({ name }) => name);
    const planned = plan.tables
      .filter((candidate) => candidate.table === place)
      .flatMap(({ columns }) => columns)
      .filter(({ verb }) => verb !== 'unlink')
      .map(({ column }) => column);
    expect(planned.toSorted(), place).toEqual(declared.toSorted());
  }
  const held = plan.tables
    .flatMap(({ rows, columns }) => (rows > 0 ? columns : []))
    .filter(({ verb }) => verb === 'hold');
  for (const column of held)
    expect(column).toMatchObject({ law: 'Some Law 7', until: expect.any(String) as string });
}

/** Which cells may differ: those the plan names, in rows the plan is about. */
function isPlanned(plan: ErasurePlan, place: string, before: Row, column: string): boolean {
  const [table = ''] = place.split(' ');
  const inRows = plan.tables.some(
    (planned) =>
      planned.table === table &&
      before[planned.subjectColumn] === 'anna' &&
      planned.columns.some((candidate) => candidate.column === column && candidate.verb !== 'hold'),
  );
  return inRows || plan.cuts.some((cut) => cut.table === table && cut.column === column);
}

test(
  'DRUN-7.3 whatever is declared: erased or held, inside the plan, to the last cell of the database',
  {
    timeout: 120_000,
  },
  async ({ database }) => {
    let [erasedRuns, refusedRuns] = [0, 0];
    await fc.assert(
      fc.asyncProperty(livesArbitrary, async (lives) => {
        await withLives(database.admin, lives, async ({ registry, query, rows }) => {
          const input = inputOf(registry, query);
          const before = await rows();
          const plan = await planOrRefusal(input);
          if (plan === null) {
            refusedRuns += 1;
            expect(await rows()).toEqual(before);
            return;
          }
          erasedRuns += 1;
          expectDeclaredIsErasedOrHeld(registry, plan);
          expect(hashPlan(await planErasure(input)), 'the same state, the same plan').toBe(hashPlan(plan));
          await executeErasure(input, plan);
          await query('set constraints all immediate', []);
          const after = await rows();
          for (const [place, row] of before) {
            const now = after.get(place);
            if (now === undefined) {
              expect(row['owner_id'], `${place} is gone`).toBe('anna');
              continue;
            }
            for (const [column, value] of Object.entries(row)) {
              if (JSON.stringify(now[column]) === JSON.stringify(value)) continue;
              expect(isPlanned(plan, place, row, column), `${place}.${column} changed unplanned`).toBe(true);
            }
          }
          expect([...after.keys()].filter((place) => !before.has(place))).toEqual([]);
          expect(await findRemainingRows(query, registry, 'none.none', 'anna')).toEqual([]);
          expectGone(registry, plan, after);
        });
      }),
      { numRuns: 60 },
    );
    expect(erasedRuns).toBeGreaterThan(20);
    expect(refusedRuns).toBeLessThan(erasedRuns);
  },
);

/** No value of hers stands in a column that erasure empties, in any person's row. */
function expectGone(registry: Registry, plan: ErasurePlan, after: Map<string, Row>): void {
  for (const table of registry.tables) {
    const place = `${table.schema}.${table.name}`;
    const held = new Set(
      plan.tables
        .filter((planned) => planned.table === place)
        .flatMap(({ columns }) =>
          columns.filter(({ verb }) => verb === 'hold' || verb === 'stay').map(({ column }) => column),
        ),
    );
    const emptied = table.columns.filter(({ name, datum }) => datum !== null && !held.has(name));
    for (const [key, row] of after) {
      if (!key.startsWith(`${place} `)) continue;
      if (table.columns.some(({ datum }) => datum?.subject === 'sharerId'))
        expect(row['sharer_id'], `${key} is shared with no erased person`).not.toBe('anna');
      if (table.rule.rows === 'keep-unlinked' || table.rule.rows === 'delete')
        expect(row['owner_id'], `${key} belongs to no erased person`).not.toBe('anna');
      for (const { name } of emptied)
        expect(String(row[name]), `${key}.${name}`).not.toMatch(/^(s1\..*)?anna-/);
    }
  }
}

test('tombstones are random: the same value twice leaves two that have nothing in common', async ({
  database,
}) => {
  const column = { kind: 'text', isNullable: false, verb: 0 } as const;
  const lives: RandomLives = {
    tables: [
      {
        rows: 'keep-unlinked',
        isSubjectNullable: true,
        columns: [column, { ...column, kind: 'sealed' }],
        shared: null,
        refersTo: null,
        facts: [0, 0].map(() => ({ owner: 0, target: 0, sharer: 3 })),
      },
    ],
  };
  await withLives(database.admin, lives, async ({ registry, query, rows }) => {
    const input = inputOf(registry, query);
    await executeErasure(input, await planErasure(input));
    const [first, second] = [...(await rows()).values()];
    expect(first?.['c0']).toMatch(/^erased-/);
    expect(first?.['c0']).not.toBe(second?.['c0']);
    expect(first?.['c1']).toMatch(/^s1\.AQAAAA[A-D][A-Za-z0-9_-]{40,}$/);
    expect(first?.['c1']).not.toBe(second?.['c1']);
    expect([first?.['owner_id'], second?.['owner_id']]).toEqual([null, null]);
  });
});

test('a plan that is not true any more is not carried out', async ({ database }) => {
  const lives: RandomLives = {
    tables: [
      {
        rows: 'delete',
        isSubjectNullable: false,
        columns: [{ kind: 'text', isNullable: false, verb: 0 }],
        shared: null,
        refersTo: null,
        facts: [{ owner: 0, target: 0, sharer: 3 }],
      },
    ],
  };
  await withLives(database.admin, lives, async ({ registry, query, rows }) => {
    const input = inputOf(registry, query);
    const plan = await planErasure(input);
    const { schema } = registry.tables[0] ?? { schema: '' };
    // The engine adds no rows; the test does.
    await query('reset role', []);
    await query(
      `insert into "${schema}".t0 select 'late', owner_id, sharer_id, other_id, position, created_at, c0 from "${schema}".t0 limit 1`,
      [],
    );
    await expect(executeErasure(input, plan)).rejects.toMatchObject({ code: 'plan-changed' });
    expect((await rows()).size).toBe(2);
  });
});
