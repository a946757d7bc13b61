import type pg from 'pg';
import { expect } from 'vitest';
import { resumeErasures, runErasure } from '../modules/privacy/erasure/index.ts';
import { confirmed, type Eraser, eraserOf, test } from '../testing/erasing.ts';
import { anApiKey, anOperator, aPerson, type Person } from '../testing/factories.ts';

// Each place where something could be left is made to keep something, and must then be named. A probe that finds
// nothing anywhere would pass every other test.

async function failedResidue(system: Eraser, person: Person): Promise<readonly string[]> {
  const { erasureId } = await confirmed(person);
  return residueOf(system, erasureId);
}

async function residueOf(system: Eraser, erasureId: string): Promise<readonly string[]> {
  expect(await runErasure(system, erasureId)).toBe('failed');
  const { rows } = await system.maintenance
    .look(`select residue from privacy.erasures where id = $1`, [erasureId])
    .then((found) => ({ rows: found as { residue: { place: string }[] }[] }));
  return rows.flatMap(({ residue }) => residue.map(({ place }) => place));
}

async function plant(admin: pg.Pool, statement: string, values: unknown[] = []): Promise<void> {
  await admin.query(statement, values);
}

test('POOL-sec-5 a copy of an address in an undeclared table is found and named', async ({
  app,
  database,
  system,
}) => {
  const person = await aPerson(app);
  await plant(database.admin, 'create schema hand_made');
  await plant(database.admin, 'create table hand_made.notes (id int, words text, extra jsonb, file bytea)');
  const { email } = person.user;
  await plant(database.admin, `insert into hand_made.notes values (1, 'call ' || upper($1), null, null)`, [
    email,
  ]);
  await plant(
    database.admin,
    `insert into hand_made.notes values (2, null, jsonb_build_object('to', $1::text), null)`,
    [email],
  );
  await plant(database.admin, `insert into hand_made.notes values (3, null, null, convert_to($1, 'UTF8'))`, [
    email,
  ]);
  await plant(database.admin, `insert into hand_made.notes values (4, 'about ' || $1, null, null)`, [
    person.user.id,
  ]);
  expect(await failedResidue(system, person)).toEqual([
    'hand_made.notes.words',
    'hand_made.notes.extra',
    'hand_made.notes.file',
  ]);
  await plant(database.admin, 'drop schema hand_made cascade');
});

test('a name in an undeclared table is found, as a word of its own only', async ({
  app,
  database,
  system,
}) => {
  const person = await aPerson(app, { username: 'xin' });
  await plant(database.admin, 'create schema hand_made');
  await plant(
    database.admin,
    `create table hand_made.words as select 'Taxing sums' as other, 'Dear Xin,' as mine`,
  );
  expect(await failedResidue(system, person)).toEqual(['hand_made.words.mine']);
  await plant(database.admin, 'drop schema hand_made cascade');
});

test('a name that happens to be a word of ours does not keep a person from being erased', async ({
  app,
  system,
}) => {
  const person = await aPerson(app, { username: 'active' });
  await anApiKey(person, { name: 'secret' });
  const { erasureId } = await confirmed(person);
  expect(await runErasure(system, erasureId)).toBe('certified');
});

test('a name in a clear column of the own account is found', async ({ app, database, system }) => {
  const person = await aPerson(app, { username: 'wang-hong-77' });
  await plant(database.admin, 'update identity.tenants set name = $2 where id = $1', [
    person.tenant.id,
    "Wang-Hong-77's cloud",
  ]);
  expect(await failedResidue(system, person)).toEqual(['identity.tenants.name']);
});

test('an address in a clear column of a stranger is found', async ({ app, database, system }) => {
  const [person, stranger] = [await aPerson(app), await aPerson(app)];
  await plant(database.admin, 'update identity.tenants set name = $2 where id = $1', [
    stranger.tenant.id,
    `friend of ${person.user.email}`,
  ]);
  expect(await failedResidue(system, person)).toEqual(['identity.tenants.name']);
});

test('an address in the payload, the error or the key of a job is found', async ({
  app,
  database,
  system,
}) => {
  const person = await aPerson(app);
  const job = `select graphile_worker.add_job('nobody', payload := json_build_object('to', $1::text), run_at := now() + interval '1 day')`;
  await plant(database.admin, job, [person.user.email]);
  expect(await failedResidue(system, person)).toEqual([
    'graphile_worker._private_jobs.payload',
    'sink job-queue',
  ]);
  await plant(database.admin, 'delete from graphile_worker._private_jobs');
});

test('what PostgreSQL remembers of a column is found, also when the rows are gone', async ({
  app,
  database,
  system,
}) => {
  const person = await aPerson(app);
  await plant(database.admin, 'create schema hand_made');
  await plant(
    database.admin,
    'create table hand_made.emptied as select $1::text as words from generate_series(1, 20)',
    [person.user.email],
  );
  await plant(database.admin, 'analyze hand_made.emptied');
  await plant(database.admin, 'delete from hand_made.emptied');
  expect(await failedResidue(system, person)).toEqual(['pg_stats of hand_made.emptied.words']);
  await plant(database.admin, 'drop schema hand_made cascade');
});

test('a sink that still holds something is named, and one that cannot be notified stops the erasure', async ({
  app,
  clock,
  system,
}) => {
  const person = await aPerson(app);
  const sink = {
    name: 'a-vendor',
    erase: async () => {},
    probe: async () => ({ isClean: false, found: 1 }) as const,
  };
  const { sinks } = system.product;
  sinks.add(sink);
  const { erasureId } = await confirmed(person);
  expect(await residueOf(system, erasureId)).toEqual(['sink a-vendor']);
  const deaf = { ...sink, erase: async () => Promise.reject(new Error('the vendor is away')) };
  sinks.add(deaf);
  const other = await aPerson(app);
  const begun = await confirmed(other);
  expect((await other.call('GET', '/api/identity/me')).statusCode, 'no door waits for a vendor').toBe(401);
  await expect(runErasure(system, begun.erasureId)).rejects.toThrow('the vendor is away');
  clock.advanceMs(30 * 60_000);
  await resumeErasures(system);
  const stateOf = async () =>
    (
      await app.inject({
        method: 'POST',
        url: '/api/privacy/erasure/status',
        payload: { reference: begun.reference },
      })
    ).json<object>();
  expect(await stateOf(), 'tried again for an hour').toMatchObject({ state: 'keys-destroyed' });
  clock.advanceMs(31 * 60_000);
  await resumeErasures(system);
  const place = 'the step that follows "keys-destroyed"';
  expect(await stateOf(), 'then it must be seen').toMatchObject({ state: 'failed', residue: [{ place }] });
  sinks.remove(deaf);
});

test('rows that come back after the transaction are found, and the operator lets the erasure go on', async ({
  app,
  database,
  system,
}) => {
  const [person, operator] = [await aPerson(app), await anOperator(app, database)];
  const { erasureId, reference } = await confirmed(person);
  await runErasure(system, erasureId, 'vacuumed');
  await plant(
    database.admin,
    `insert into identity.passwords (user_id, tenant_id, hash, changed_at) select $1, $2, hash, now() from identity.passwords limit 1`,
    [person.user.id, person.tenant.id],
  );
  expect(await residueOf(system, erasureId)).toEqual(['identity.passwords.user_id']);
  const seen = await app.inject({
    method: 'POST',
    url: '/api/privacy/erasure/status',
    payload: { reference },
  });
  expect(seen.json()).toMatchObject({ state: 'failed', residue: [{ place: 'identity.passwords.user_id' }] });
  expect(
    (await app.inject({ method: 'POST', url: '/api/privacy/erasure/certificate', payload: { reference } }))
      .statusCode,
  ).toBe(404);
  const list = await operator.call('GET', '/api/privacy/erasures');
  const { items } = list.json<{ items: { erasureId: string }[] }>();
  expect(items.find((item) => item.erasureId === erasureId)).toMatchObject({
    state: 'failed',
    failedIn: 'vacuumed',
  });
  expect((await operator.call('POST', `/api/privacy/erasures/${erasureId}/retry`)).statusCode).toBe(202);
  expect(await runErasure(system, erasureId)).toBe('certified');
});

test('without the connection of the owner an unseen table is residue, not a clean one', async ({
  app,
  database,
  clock,
}) => {
  const person = await aPerson(app);
  await plant(database.admin, 'create schema hand_made; create table hand_made.unseen (words text)');
  const { erasureId } = await confirmed(person);
  expect(await runErasure(eraserOf(database, clock), erasureId)).toBe('failed');
  const { rows } = await database.admin.query<{ residue: { place: string }[] }>(
    'select residue from privacy.erasures where id = $1',
    [erasureId],
  );
  expect(rows[0]?.residue.map(({ place }) => place)).toEqual(['hand_made.unseen (not declared, not seen)']);
  await plant(database.admin, 'drop schema hand_made cascade');
});
