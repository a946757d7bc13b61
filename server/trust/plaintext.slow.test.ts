import { openTableRows, sealedTableOf, type TableEntry } from '@candor/privacy-engine';
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify';
import { expect, onTestFinished } from 'vitest';
import { asSystem, type Ctx } from '../kernel/context.ts';
import { createLog } from '../kernel/log.ts';
import { openMaintenance } from '../kernel/maintenance.ts';
import { sealingOf } from '../kernel/sealed-rows.ts';
import { runErasure } from '../modules/privacy/erasure/index.ts';
import { registry } from '../testing/registry.ts';
import { anOperator, readCode } from '../testing/factories.ts';
import { findPlainText } from '../testing/find-plain-text.ts';
import { fixtureFileOf, ofAllModules } from '../testing/module-fixture.ts';
import { type OwnDatabase, startOwnDatabase } from '../testing/own-database.ts';
import { buildTestApp, test } from '../testing/test.ts';

/** Stands in everything this person enters: what contains it was entered, and what must not be found contains it. */
const word = 'zqmarkerqz';
const address = '2001:db8:7a71:6d61:726b:6572:717a:1';
const phone = '13877665544';
const password = `a lantern ${word}`;
const reason = encodeURIComponent(`${word} asked us to look at the account`);

/** Sealed values in our own words: nothing a person enters is in them, so they are looked for whole. */
const ownWords = ofAllModules(({ sealed }) => sealed?.ownWords);
const notLived = ofAllModules(({ sealed }) => sealed?.notLived);
const withoutWords = ofAllModules(({ sealed }) => sealed?.withoutWords);

type Call = (
  method: 'GET' | 'POST' | 'PATCH' | 'PUT',
  url: string,
  payload?: object,
) => Promise<LightMyRequestResponse>;

function callerOf(app: FastifyInstance, cookie?: string): Call {
  return async (method, url, payload) => {
    const options: InjectOptions = {
      method,
      url,
      remoteAddress: address,
      headers: {
        'user-agent': `${word} browser`,
        'x-candor-csrf': '1',
        'x-candor-reason': reason,
        ...(cookie === undefined ? {} : { cookie }),
      },
    };
    const answer = await app.inject(payload === undefined ? options : { ...options, payload });
    expect(answer.statusCode, `${method} ${url}: ${answer.body}`).toBeLessThan(300);
    return answer;
  };
}

/**
 * A life on this cloud, through its public interfaces only, with the word in every field that takes words.
 * @returns the cookie of the person's browser.
 */
async function live(app: FastifyInstance, database: OwnDatabase): Promise<string> {
  const stranger = callerOf(app);
  const { version } = (await stranger('GET', '/api/identity/policy')).json<{ version: string }>();
  const registered = await stranger('POST', '/api/identity/register', {
    method: 'password',
    username: word,
    email: `${word}@example.com`,
    password,
    policyVersion: version,
    language: 'en',
  });
  const session = registered.cookies.find(({ name }) => name === 'candor_session')?.value ?? '';
  const cookie = `candor_session=${session}`;
  const me = callerOf(app, cookie);
  await stranger('POST', '/api/identity/login', { method: 'password', login: word, password });
  await stranger('POST', '/api/identity/codes', { email: `${word}@example.com`, use: 'recover' });
  await me('POST', '/api/identity/codes', { phone, use: 'bind' });
  const code = await readCode(database, `+86${phone}`);
  await me('PATCH', '/api/identity/me', {
    phone,
    code,
    proof: { password },
    displayName: `${word} the customer`,
  });
  const email = `${word}-moved@example.com`;
  await me('POST', '/api/identity/codes', { email, use: 'bind' });
  await me('PATCH', '/api/identity/me', {
    email,
    code: await readCode(database, email),
    proof: { password },
  });
  await me('POST', '/api/identity/api-keys', { name: `${word} key` });
  for (const live of ofAllModules(({ live }) => live && [live])) await live({ call: me, word });
  await me('GET', '/api/privacy/my-data');
  await me('POST', '/api/privacy/cases', { type: 'complaint', description: `${word} complains` });
  const { tenant } = (await me('GET', '/api/identity/me')).json<{ tenant: { id: string } }>();
  await beServed(app, database, tenant.id);
  await askWithoutAccount(stranger);
  return cookie;
}

/** What the staff writes about the person, and what the staff reads. */
async function beServed(app: FastifyInstance, database: OwnDatabase, tenantId: string): Promise<void> {
  const { headers } = await anOperator(app, database);
  const staff = callerOf(app, headers.cookie);
  await staff('POST', '/api/wallet/bank-transfers', {
    tenantId,
    amountMicros: 1_000_000,
    serialNumber: `${word}-1`,
    message: `${word} pays`,
    paymentSource: { accountName: `${word} Ltd`, bankAccount: `${word} 6222`, bankName: `${word} bank` },
  });
  await staff('POST', '/api/identity/tenants/search', { query: word });
  await staff('GET', '/api/notifications/outbox');
  const queue = await staff('GET', '/api/privacy/queue');
  const id = queue.json<{ items: { id: string }[] }>().items[0]?.id ?? '';
  await staff('POST', `/api/privacy/queue/${id}/notes`, { note: `${word} called again` });
  await staff('POST', `/api/privacy/queue/${id}/letters`, { text: `Dear ${word}` });
}

/** Erases the person as they would themselves, which must not write down either what it destroys. */
async function erase(me: Call, database: OwnDatabase, { clock, ...anonymous }: Ctx): Promise<void> {
  const preview = await me('POST', '/api/privacy/erasure/preview');
  const { promiseHash, balanceMicros } = preview.json<{ promiseHash: string; balanceMicros: number }>();
  const confirmed = await me('POST', '/api/privacy/erasure/confirm', {
    proof: { password },
    promiseHash,
    acknowledgedBalanceMicros: balanceMicros,
  });
  const maintenance = openMaintenance(database.adminUrl, createLog('silent'));
  const system = { ...asSystem({ ...anonymous, clock }, 'erasure'), db: database.db, maintenance };
  await runErasure(system, confirmed.json<{ erasureId: string }>().erasureId);
  await maintenance.close();
  const { rows } = await database.admin.query('select state from privacy.erasures');
  expect(rows).toEqual([{ state: 'certified' }]);
}

async function askWithoutAccount(stranger: Call): Promise<void> {
  await stranger('POST', '/api/privacy/requests', {
    type: 'access',
    role: 'guardian',
    description: `${word} asks`,
    name: `${word} Li`,
    relation: `${word} is my child`,
    account: word,
    email: `${word}-guardian@example.com`,
  });
}

/** Every sealed value there is, opened, by column. */
async function openEverything(database: OwnDatabase): Promise<Map<string, string[]>> {
  const valuesByColumn = new Map<string, string[]>();
  for (const entry of registry.tables) {
    const table = sealedTableOf(entry);
    if (table === null) continue;
    const rows = await openTableRows(sealingOf(database), table, await readRows(database, entry));
    for (const { key } of table.columns) {
      const values = rows.flatMap((row) => (row[key] === null || row[key] === '' ? [] : [asText(row[key])]));
      valuesByColumn.set(`${table.name}.${key}`, values);
    }
  }
  return valuesByColumn;
}

async function readRows({ admin }: OwnDatabase, entry: TableEntry): Promise<Record<string, unknown>[]> {
  const columns = entry.columns.map(({ key, name }) => `"${name}" as "${key}"`);
  const { rows } = await admin.query<Record<string, unknown>>(
    `select ${columns.join(', ')} from "${entry.schema}"."${entry.name}"`,
  );
  return rows;
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

test(
  'DRUN-4.c CHIPL-10.1 A marker in every sealed column is in no file, backup, dump, statistic or log of the database',
  { timeout: 120_000 },
  async ({ clock, anonymous }) => {
    const database = await startOwnDatabase(anonymous.vault);
    onTestFinished(() => database.stop());
    const before = await buildTestApp(database, clock, createLog('silent'));
    const cookie = await live(before, database);
    // Closing writes the lines of the access log that are still waiting for their batch.
    await before.close();

    const valuesByColumn = await openEverything(database);
    const isMarked = (value: string) =>
      [word, address, phone].some((marker) => value.toLowerCase().includes(marker));
    const without = [...valuesByColumn].flatMap(([column, values]) => {
      if (notLived.includes(column)) return [];
      if (withoutWords.includes(column) || ownWords.includes(column))
        return values.length > 0 ? [] : [column];
      return values.some(isMarked) ? [] : [column];
    });
    expect(
      without.map(
        (column) =>
          `${column}: let \`live\` of ${fixtureFileOf(column.split('.')[0] ?? '')} put the word into it`,
      ),
      'sealed columns into which this test puts nothing',
    ).toEqual([]);

    const ownTexts = ownWords.flatMap((column) => valuesByColumn.get(column) ?? []);
    const needles = [word, word.toUpperCase(), address, phone, ...ownTexts];
    expect(await findPlainText(database, needles)).toEqual([]);
    const app = await buildTestApp(database, clock, createLog('silent'));
    await erase(callerOf(app, cookie), database, anonymous);
    await app.close();
    const left = await openEverything(database);
    expect(left.get('identity.users.username')?.filter(isMarked)).toEqual([]);
    expect(await findPlainText(database, needles)).toEqual([]);
    await seeThatItIsFound(database);
  },
);

/** A scanner that finds nothing proves nothing, so it must find a table that holds plain text. */
async function seeThatItIsFound({ admin, ...database }: OwnDatabase): Promise<void> {
  const leak = 'zqleakqz';
  await admin.query('create table public.leak (id int primary key, value text, note text)');
  await admin.query('create index leak_value_idx on public.leak (value)');
  await admin.query('alter table public.leak alter column note set storage external');
  await admin.query(
    `insert into public.leak select n, $1 || n % 3, repeat($1, 1000) from generate_series(1, 300) n`,
    [leak],
  );
  await admin.query(`do $$ begin raise log '${leak}'; end $$`);
  const { rows } = await admin.query<{ heap: string; index: string; toast: string }>(
    `select pg_relation_filepath('public.leak') as heap, pg_relation_filepath('public.leak_value_idx') as index,
            pg_relation_filepath(reltoastrelid) as toast from pg_class where oid = 'public.leak'::regclass`,
  );
  const places = await findPlainText({ ...database, admin }, [leak]);
  const kinds = places.map((place) => place.replace(/^((file|backup) \S*pg_wal)\/.*$/, '$1'));
  const { heap = '', index = '', toast = '' } = rows[0] ?? {};
  for (const path of [heap, index, toast])
    expect(
      places.some((place) => place.startsWith('file ') && place.endsWith(path)),
      path,
    ).toBe(true);
  for (const path of [heap, index, toast])
    expect(
      places.some((place) => place.startsWith('backup ') && place.endsWith(path)),
      path,
    ).toBe(true);
  expect(kinds).toContain('dump public.leak');
  expect(kinds).toContain('statistics');
  expect(kinds.some((place) => /^file .*pg_wal$/.test(place))).toBe(true);
  expect(kinds).toContain('file postgres.log');
}
