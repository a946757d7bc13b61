import { expect } from 'vitest';
import { createLog } from '../kernel/log.ts';
import { openMaintenance } from '../kernel/maintenance.ts';
import { sealingOf } from '../kernel/sealed-rows.ts';
import { runErasure } from '../modules/privacy/erasure/index.ts';
import { sweepRetention } from '../modules/privacy/retention/index.ts';
import { registry } from '../testing/registry.ts';
import { confirmed, previewOf } from '../testing/erasing.ts';
import { test } from '../testing/gateway.ts';
import { dumpDatabase } from './dump-database.ts';
import type { Row } from './linker.ts';
import {
  aWholeLife,
  placeOf,
  readOwnRows,
  tablesAboutPersons,
  type WholeLife,
} from './one-of-everything.fixture.ts';

/** Too short to be an id: a word of ours. */
const shortestId = 16;
/** Entries stay in the log for ever, and have no owner once their references have ended. */
const log = ['audit.entries', 'audit.entry_details'];

/** Every id that stands in rows of this person and in those of no other. */
async function idsOf(
  { cloud, owner }: WholeLife,
  other: WholeLife,
  admin: Parameters<typeof readOwnRows>[0],
): Promise<Set<string>> {
  const textsOf = async (whose: WholeLife) => {
    const texts = new Set<string>([whose.owner.userId, whose.owner.tenantId]);
    for (const table of tablesAboutPersons()) {
      if (log.includes(placeOf(table))) continue;
      const plain = table.columns.filter(({ atRest }) => atRest === 'clear').map(({ key }) => key);
      for (const row of await readOwnRows(admin, sealingOf(cloud.system), table, whose.owner))
        for (const key of plain) {
          const value = row[key];
          if (typeof value === 'string' && value.length >= shortestId && !/^\d{4}-/.test(value))
            texts.add(value);
        }
    }
    return texts;
  };
  const [mine, theirs] = [await textsOf({ cloud, owner } as WholeLife), await textsOf(other)];
  return new Set([...mine].filter((text) => !theirs.has(text)));
}

function holdsOne(ids: ReadonlySet<string>): (row: Row) => boolean {
  return ({ cells }) => {
    const text = JSON.stringify(cells);
    return [...ids].some((id) => text.includes(id));
  };
}

test(
  'DRUN-2.9 LAW-8 of an erased person no table that is declared to be about no person holds a row that singles them out, and what stays was announced before',
  { timeout: 240_000 },
  async ({ cloud, database, clock }) => {
    const life = await aWholeLife(cloud, database.admin);
    const other = await aWholeLife(cloud, database.admin);
    const ids = await idsOf(life, other, database.admin);
    expect(ids.size).toBeGreaterThan(20);
    const { person } = life.customer;
    const preview = await previewOf(person);
    const maintenance = openMaintenance(database.adminUrl, createLog('silent'));
    try {
      const system = { ...cloud.system, maintenance };
      const { erasureId } = await confirmed(person, { acknowledgedBalanceMicros: preview.balanceMicros });
      expect(await runErasure(system, erasureId)).toBe('certified');
      const held = (await dumpDatabase(database.admin)).filter(holdsOne(ids)).map(({ table }) => table);
      const told = [...preview.held, ...preview.unlinked].map(({ table }) => table);
      // The shell: a random number without an owner, the mark that its rows are held, and the number of the account.
      const shell = ['identity.users', 'identity.tenants', 'privacy.restrictions'];
      expect([...new Set(held)].filter((table) => ![...told, ...shell].includes(table))).toEqual([]);
      const about = new Set(tablesAboutPersons().map(placeOf));
      const aboutNobody = registry.tables.map(placeOf).filter((place) => !about.has(place));
      expect([...new Set(held)].filter((table) => aboutNobody.includes(table))).toEqual(['identity.tenants']);

      // The rows of the account were announced with law and term, and those that have an end go on their day.
      expect(preview.held).toContainEqual(
        expect.objectContaining({
          table: 'billing.usage_sums',
          law: expect.stringContaining('E-Commerce') as string,
        }),
      );
      for (const table of ['wallet.accounts', 'wallet.transfers', 'wallet.holds', 'billing.bill_rows'])
        expect(preview.unlinked).toContainEqual(
          expect.objectContaining({ table, law: expect.stringContaining('Accounting') as string }),
        );
      const hoursOf = async ({ owner }: WholeLife) =>
        (
          await database.admin.query('select 1 from billing.usage_sums where tenant_id = $1', [
            owner.tenantId,
          ])
        ).rows.length;
      expect(await hoursOf(life)).toBeGreaterThan(0);
      clock.set(new Date(clock.now().getTime() + 3 * 366 * 86_400_000));
      await sweepRetention(system);
      expect(await hoursOf(life)).toBe(0);
      expect((await cloud.ledger()).sumMicros).toBe(0n);
    } finally {
      await maintenance.close();
    }
  },
);
