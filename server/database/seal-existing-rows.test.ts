import type { KeyVault } from '@candor/privacy-engine';
import { drizzle } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import { expect } from 'vitest';
import { type Installation, marker, people, test, usernameOf } from '../testing/first-release.ts';
import { openRows } from '../kernel/sealed-rows.ts';
import { passwords, users } from '../modules/identity/schema.ts';
import { outbox } from '../modules/notifications/schema.ts';
import { bankTransfers } from '../modules/wallet/schema.ts';
import { prepareDatabase } from './prepare-database.ts';
import { registry } from '../testing/registry.ts';
import { sealExistingRows } from './seal-existing-rows.ts';

function prepare(adminUrl: string, vault: KeyVault): Promise<string> {
  return prepareDatabase(adminUrl, 'only-for-tests', registry, vault);
}

const sealedTables = [
  'identity.users',
  'identity.passwords',
  'notifications.outbox',
  'wallet.bank_transfers',
];

/** How many rows still hold a plain value. */
async function plainRows(admin: pg.Pool): Promise<number> {
  const counts = await Promise.all(
    sealedTables.map((table) =>
      admin.query<{ count: bigint }>(`select count(*) as count from ${table} t where t::text like $1`, [
        `%${marker}%`,
      ]),
    ),
  );
  return counts.reduce((sum, { rows }) => sum + Number(rows[0]?.count ?? 0n), 0);
}

async function readOpened({ admin }: Installation, vault: KeyVault) {
  const db = drizzle(admin, { casing: 'snake_case' });
  return {
    users: await openRows({ vault }, users, await db.select().from(users).orderBy(users.id)),
    passwords: await openRows(
      { vault },
      passwords,
      await db.select().from(passwords).orderBy(passwords.userId),
    ),
    messages: await openRows({ vault }, outbox, await db.select().from(outbox).orderBy(outbox.id)),
    transfers: await openRows(
      { vault },
      bankTransfers,
      await db.select().from(bankTransfers).orderBy(bankTransfers.id),
    ),
  };
}

async function waitingChecks(admin: pg.Pool): Promise<number> {
  const { rows } = await admin.query<{ count: bigint }>(
    `select count(*) as count from pg_constraint where contype = 'c' and not convalidated`,
  );
  return Number(rows[0]?.count ?? 0n);
}

test('an installation of the first release is sealed: the same values, none of them readable, checks in force', async ({
  installation,
  keys,
}) => {
  const { admin, adminUrl } = installation;
  expect(await plainRows(admin)).toBe(4 * people);
  await prepare(adminUrl, keys.vault);
  expect(await plainRows(admin)).toBe(0);
  expect(await waitingChecks(admin)).toBe(0);
  const opened = await readOpened(installation, keys.vault);
  expect(opened.users.map(({ username }) => username).toSorted()).toEqual(
    Array.from({ length: people }, (_, index) => usernameOf(index)).toSorted(),
  );
  expect(opened.users.filter(({ email }) => email === null)).toHaveLength(people / 2);
  expect(opened.users.every((row) => row.usernameIndex !== null)).toBe(true);
  expect(opened.users.every((row) => (row.email === null) === (row.emailIndex === null))).toBe(true);
  expect(opened.passwords.every(({ hash }) => hash.startsWith(`$argon2id$${marker}`))).toBe(true);
  expect(opened.messages.every(({ recipient }) => recipient === `${marker}@example.com`)).toBe(true);
  expect(opened.transfers.every(({ bankAccount }) => bankAccount.startsWith(`${marker} account`))).toBe(true);
  const { rows: forced } = await admin.query(
    `select relname from pg_class where relname = 'users' and relforcerowsecurity`,
  );
  expect(forced).toHaveLength(1);
  const before = await admin.query('select * from identity.users order by id');
  await prepare(adminUrl, keys.vault);
  expect((await admin.query('select * from identity.users order by id')).rows).toEqual(before.rows);
});

test('no page of heap, index or TOAST of the sealed tables holds a plain value afterwards', async ({
  installation,
  keys,
}) => {
  const { admin, adminUrl } = installation;
  expect(await pagesWith(admin, marker)).toContain('users');
  await prepare(adminUrl, keys.vault);
  await admin.query('checkpoint');
  expect(await pagesWith(admin, marker)).toEqual([]);
});

/** Relations whose file, as PostgreSQL keeps it, contains a text. */
async function pagesWith(admin: pg.Pool, text: string): Promise<string[]> {
  await admin.query('checkpoint');
  const { rows } = await admin.query<{ relname: string }>(
    `select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname in ('identity', 'notifications', 'wallet', 'audit', 'pg_toast') and c.relkind in ('r', 'i', 't')
       and pg_relation_size(c.oid) > 0
       and position($1::bytea in pg_read_binary_file(pg_relation_filepath(c.oid))) > 0 order by 1`,
    [Buffer.from(text)],
  );
  return rows.map(({ relname }) => relname);
}

test('killed after any of its statements, the sealing is finished by the next start', async ({
  installation,
  keys,
}) => {
  const { admin, adminUrl } = installation;
  // With a vault that answers nothing everything happens but the sealing.
  const silent = new Proxy(keys.vault, { get: () => () => Promise.reject(new Error('the vault is away')) });
  await expect(prepare(adminUrl, silent)).rejects.toThrow('the vault is away');
  expect(await plainRows(admin)).toBe(4 * people);
  // A connection that dies at the n-th statement of the sealing, as a killed process would leave it.
  for (const dieAt of [3, 5, 9, 14, 22, 31, 40, 52, 65]) {
    const client = new pg.Client({ connectionString: adminUrl });
    await client.connect();
    client.on('error', () => {});
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
    let statements = 0;
    const dying = new Proxy(client, {
      get(target, name) {
        if (name !== 'query') return Reflect.get(target, name) as unknown;
        return async (...query: [string, unknown[]]) => {
          statements += 1;
          if (statements === dieAt) await admin.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
          return target.query(...query);
        };
      },
    });
    await sealExistingRows(dying, registry, keys.vault).catch(() => {});
    await client.end().catch(() => {});
  }
  await prepare(adminUrl, keys.vault);
  expect(await plainRows(admin)).toBe(0);
  expect(await waitingChecks(admin)).toBe(0);
  expect(await pagesWith(admin, marker)).toEqual([]);
  const opened = await readOpened(installation, keys.vault);
  expect(opened.users.every(({ username }) => username.startsWith(marker))).toBe(true);
});

test('a person who was erased stays erased when a dump from before the sealing is brought back', async ({
  installation,
  keys,
}) => {
  const { admin, adminUrl } = installation;
  const { rows } = await admin.query<{ id: string }>('select id from identity.users order by id limit 1');
  const id = rows[0]?.id ?? '';
  await keys.vault.destroy(id, 'all');
  // Messages to unknown persons go with the key of their day, what the books need of the person stays.
  await keys.vault.destroy(`unknown:${new Date().toISOString().slice(0, 10)}`, 'core');
  await prepare(adminUrl, keys.vault);
  const isGone = (userId: string | null) => userId === null || userId === id;
  const opened = await readOpened(installation, keys.vault);
  expect(opened.users.find((row) => row.id === id)).toMatchObject({ username: '', email: null });
  expect(opened.passwords.find((row) => row.userId === id)).toMatchObject({ hash: '' });
  expect(opened.users.filter(({ username }) => username !== '')).toHaveLength(people - 1);
  expect(opened.messages.every((row) => (row.recipient === '') === isGone(row.userId))).toBe(true);
  expect(await plainRows(admin)).toBe(0);
});

test('a look-up column that a later release adds is filled for rows that are sealed already; names that look alike stay, what is damaged is left as it is', async ({
  installation,
  keys,
}) => {
  const { admin, adminUrl } = installation;
  await prepare(adminUrl, keys.vault);
  const before = (await readOpened(installation, keys.vault)).users;
  // As the release before the column left it.
  await admin.query('alter table identity.users drop constraint users_username_skeleton_index_sealed_check');
  await admin.query('alter table identity.users no force row level security');
  await admin.query('update identity.users set username_skeleton_index = null');
  // Ids are random, so the two who look alike may be anywhere among them.
  const alike = new Set([usernameOf(1), usernameOf(people - 1)]);
  const others = before.filter(({ username }) => !alike.has(username));
  const [damaged, erased] = [others[0]?.id, others[1]?.id ?? ''];
  await admin.query(`update identity.users set username = left(username, -8) || 'AAAAAAAA' where id = $1`, [
    damaged,
  ]);
  await keys.vault.destroy(erased, 'all');
  const cellsOf = async (id: string | undefined) =>
    (await admin.query('select username, username_index from identity.users where id = $1', [id])).rows;
  const damagedCells = await cellsOf(damaged);

  await prepare(adminUrl, keys.vault);

  expect(await waitingChecks(admin)).toBe(0);
  expect(await cellsOf(damaged)).toEqual(damagedCells);
  const whole = (rows: typeof before) => rows.filter(({ id }) => id !== damaged && id !== erased);
  const db = drizzle(admin, { casing: 'snake_case' });
  const intact = whole(
    await openRows({ vault: keys.vault }, users, await db.select().from(users).orderBy(users.id)),
  );
  expect(intact.map(({ username }) => username)).toEqual(whole(before).map(({ username }) => username));
  const skeletonOf = new Map(intact.map((row) => [row.username, row.usernameSkeletonIndex]));
  expect(skeletonOf.get(usernameOf(people - 1))).toBe(skeletonOf.get(usernameOf(1)));
  expect(new Set(skeletonOf.values()).size).toBe(intact.length - 1);
});
