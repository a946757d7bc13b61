import { publicKeySet, verifyCertificate } from '@candor/privacy-engine';
import { expect, vi } from 'vitest';
import { runErasure } from '../modules/privacy/erasure/index.ts';
import { notify } from '../modules/wallet/sandbox-payments.fixture.ts';
import { confirmed, type Preview, previewOf } from '../testing/erasing.ts';
import { aPerson, type Person } from '../testing/factories.ts';
import { type Cloud, test } from '../testing/gateway.ts';
import type { Database, TestClock } from '../testing/test.ts';
import { workQueue } from '../testing/work-queue.ts';
import { dumpDatabase } from './dump-database.ts';
import { aFullLife, type Life, notLived, orderEndsMs, personalTables, rowsOf } from './full-life.fixture.ts';
import { findNames, type Row } from './linker.ts';

// A whole life and its erasure: on a busy machine a test needs longer than the default.
vi.setConfig({ testTimeout: 180_000 });

const dayMs = 24 * 60 * 60 * 1000;

/** Clauses that say "everything": proved on a person who has a row in every table. */

interface Statement {
  readonly erased: readonly { table: string; how: string; cells: { column: string; how: string }[] }[];
  readonly held: readonly {
    table: string;
    cells: { column: string; law: { en: string }; until: string }[];
  }[];
  readonly unlinked: readonly { table: string; columns: string[] }[];
  readonly consentsUnlinked: number;
}
type Cells = Readonly<Record<string, unknown>>;

/** A table may be about two persons, for example who acted and whom it concerned: one part for each of them. */
const parts = personalTables.flatMap(({ schema, name, keyColumn, columns }) => {
  const personal = columns.filter(({ datum }) => datum !== null);
  return [...new Set(personal.map(({ datum }) => datum?.subject))].map((subject) => ({
    place: `${schema}.${name} ${subject}`,
    table: `${schema}.${name}`,
    keyColumn: keyColumn ?? '',
    subjectColumn: columns.find(({ key }) => key === subject)?.name ?? '',
    words: new Set(personal.flatMap(({ name: column, words }) => (words === null ? [] : [column]))),
    /** By which people know its columns; a look-up value is its datum in another form. */
    titles: new Map(
      personal.flatMap(({ key, name: column, datum, atRest }) =>
        datum === null || datum.subject !== subject || key === subject || atRest === 'index'
          ? []
          : [[column, datum.title.en] as const],
      ),
    ),
  }));
});

/** Every row of a person in tables with data of persons, by table, how it is theirs, and key. */
async function rowsByPlace({ admin }: Database, { user, tenant }: Person): Promise<Map<string, Cells>> {
  const found = new Map<string, Cells>();
  for (const { place, table, keyColumn, subjectColumn } of parts) {
    const { rows } = await admin.query<{ key: string; cells: Cells }>(
      `select ${keyColumn} as key, to_jsonb(t) as cells from ${table} t where ${subjectColumn} = any($1)`,
      [[user.id, tenant.id]],
    );
    for (const { key, cells } of rows) found.set(`${place} ${key}`, cells);
  }
  return found;
}

/** Which rows of before this is. A consent that was cut loose has another id, and the reference of its receipts. */
function placesIn(before: ReadonlyMap<string, Cells>, { table, cells }: Row): string[] {
  const own = parts.filter((part) => part.table === table);
  const places = own.map(({ place, keyColumn }) => `${place} ${String(cells[keyColumn])}`);
  if (table !== 'privacy.consent_events') return places.filter((place) => before.has(place));
  return [...before].flatMap(([known, { subject_ref: reference, position, purpose }]) =>
    reference === cells['subject_ref'] && position === cells['position'] && purpose === cells['purpose']
      ? [known]
      : [],
  );
}

const tableOf = (place: string) => place.slice(0, place.indexOf(' '));

/** A life, what was said before it was erased, what the certificate says, and the rows before and after. */
async function aLifeThatEnded(cloud: Cloud, database: Database, clock: TestClock) {
  const life = await aFullLife(cloud, database);
  clock.advanceMs(orderEndsMs);
  const preview = await previewOf(life.person);
  const before = await rowsByPlace(database, life.person);
  const { erasureId, reference } = await confirmed(life.person, {
    acknowledgedBalanceMicros: preview.balanceMicros,
  });
  expect(await runErasure(cloud.system, erasureId)).toBe('certified');
  const statement = await statementOf(cloud, reference);
  const dump = await dumpDatabase(database.admin);
  const after = new Map(
    dump.flatMap((row) => placesIn(before, row).map((place) => [place, row.cells] as const)),
  );
  return { life, preview, before, statement, after, dump };
}

async function statementOf({ app, system }: Cloud, reference: string): Promise<Statement> {
  const url = '/api/privacy/erasure/certificate';
  const answer = await app.inject({ method: 'POST', url, payload: { reference } });
  const { certificate } = answer.json<{ certificate: string }>();
  const reading = await verifyCertificate(certificate, publicKeySet(system.signingKey));
  if (!reading.isGenuine) throw new Error('the certificate is not genuine');
  return reading.payload as unknown as Statement;
}

/** What of one row the preview has not told the truth about. */
function untold(place: string, cells: Cells, now: Cells | undefined, preview: Preview): string[] {
  const table = tableOf(place);
  const part = parts.find((candidate) => place.startsWith(`${candidate.place} `));
  const told = (parts: readonly { table: string; columns: readonly string[] }[], title: string) =>
    parts.some((part) => part.table === table && part.columns.includes(title));
  return [...(part?.titles ?? [])].flatMap(([column, title]) => {
    // A row whose own name told the account has got another one.
    if (cells[column] === null || (now === undefined && told(preview.unlinked, title))) return [];
    const isGone = now === undefined || now[column] === null;
    const wasKept = told(preview.held, title) ? 'held' : 'unlinked';
    // What took the place of a value must have been said too: a tombstone is erased, a month is not. Where only listed
    // words are possible, the tombstone is one of them.
    const isReplaced =
      !isGone && (now[column] !== cells[column] || part?.words.has(column)) && !told(preview[wasKept], title);
    const fate = isGone || isReplaced ? 'erased' : wasKept;
    return told(preview[fate], title) ? [] : [`${place} ${column} is ${fate}, which was not announced`];
  });
}

test('DRUN-7.1 POOL-rts-1 FC-6.1.1 a person with rows in every table is shown each of them', async ({
  cloud,
  database,
}) => {
  const { person } = await aFullLife(cloud, database);
  const before = await rowsOf(database, person);
  const answer = await person.call('GET', '/api/privacy/my-data?lang=en');
  const { categories } = answer.json<{
    categories: { items: { table: string; columns: { withheld: string | null }[]; totalRows: number }[] }[];
  }>();
  const after = await rowsOf(database, person);
  const shown = new Map(categories.flatMap(({ items }) => items).map((item) => [item.table, item] as const));
  for (const [table, rows] of before) {
    if (notLived.has(table)) continue;
    expect(rows, `${table}: this life leaves a row everywhere`).toBeGreaterThan(0);
    const item = shown.get(table);
    // Credentials are named with the reason why they are not shown.
    if (item?.columns.every(({ withheld }) => withheld !== null) === true) continue;
    // Looking leaves newer lines in the logs.
    expect(item?.totalRows, table).toBeGreaterThanOrEqual(rows);
    expect(item?.totalRows, table).toBeLessThanOrEqual(after.get(table) ?? 0);
  }
});

test('POOL-sec-6 FC-3.2.2.b LAW-11 CHIPL-8.2 what is kept, coarsened or deleted is said beforehand, with law and day, datum by datum, and is exactly that; the certificate says the same', async ({
  cloud,
  database,
  clock,
}) => {
  const { life, preview, before, after, statement } = await aLifeThatEnded(cloud, database, clock);
  expect(new Set([...before.keys()].map(tableOf)).size).toBe(personalTables.length - notLived.size);
  expect([...before].flatMap(([place, cells]) => untold(place, cells, after.get(place), preview))).toEqual(
    [],
  );
  // Leaving is in logs and books too, which were said to stay; and there is the mark that PostgreSQL goes by.
  const since = [...(await rowsByPlace(database, life.person)).keys()].filter((place) => !before.has(place));
  const said = [...preview.held, ...preview.unlinked].map(({ table }) => table);
  const unsaid = since.map(tableOf).filter((table) => !said.includes(table));
  expect(unsaid).toEqual(['privacy.restrictions']);
  for (const { law, until } of preview.held) {
    expect(law).toMatch(/Law|Code|Measures|Regulations/);
    expect(Date.parse(until)).toBeGreaterThan(clock.now().getTime());
  }
  const columnsOf = (parts: readonly { table: string; columns: readonly string[] }[]) =>
    parts.flatMap(({ table, columns }) => columns.map((title) => `${table} ${title}`)).toSorted();
  const titled = (table: string, columns: readonly string[]) => {
    const titles = new Map(parts.filter((part) => part.table === table).flatMap((part) => [...part.titles]));
    return { table, columns: columns.flatMap((column) => titles.get(column) ?? []) };
  };
  const certified = statement.held.map(({ table, cells }) =>
    titled(
      table,
      cells.map(({ column }) => column),
    ),
  );
  expect(columnsOf(certified)).toEqual(columnsOf(preview.held));
  const stays = statement.unlinked.map(({ table, columns }) => titled(table, columns));
  expect(columnsOf(stays)).toEqual(columnsOf(preview.unlinked));
});

test('DRUN-2.9 DRUN-3.2.f what still bears an identifier, was cut loose or made coarser is nowhere counted as erased, and leads to no name', async ({
  cloud,
  database,
  clock,
}) => {
  const { life, statement, after, dump } = await aLifeThatEnded(cloud, database, clock);
  const { user, tenant } = life.person;
  const ids = [user.id, tenant.id, life.apiKeyId];
  const erasedTables = statement.erased.filter(({ how }) => how === 'rows deleted').map(({ table }) => table);
  const linkable = dump.filter(({ cells }) => ids.some((id) => JSON.stringify(cells).includes(id)));
  expect(linkable.length).toBeGreaterThan(10);
  expect(linkable.filter(({ table }) => erasedTables.includes(table))).toEqual([]);
  for (const [place, cells] of after) {
    const counted = statement.erased
      .filter((part) => part.table === tableOf(place) && part.how === 'cells erased')
      .flatMap((part) => part.cells.map(({ column }) => column));
    const told = counted.filter((column) =>
      ids.some((id) => JSON.stringify(cells[column] ?? '').includes(id)),
    );
    expect({ place, told }).toEqual({ place, told: [] });
  }
  // Who holds the receipts can still say which consents these were, and a month is still a month.
  const consents = [...after].filter(([place]) => tableOf(place) === 'privacy.consent_events');
  expect(consents.map(([, cells]) => cells['subject_id'])).toEqual([null, null]);
  expect(statement.consentsUnlinked).toBe(consents.length);
  expect(statement.erased.map(({ table }) => table)).not.toContain('privacy.consent_events');
  const hows = statement.erased.flatMap(({ cells }) => cells.map(({ how }) => how));
  expect(new Set(hows)).toEqual(new Set(['delete-row', 'null', 'tombstone']));
  const stays = statement.unlinked.flatMap(({ table, columns }) =>
    columns.map((column) => `${table}.${column}`),
  );
  expect(stays).toEqual(expect.arrayContaining(['identity.users.created_at', 'audit.entries.action']));
  expect(findNames(dump, life.words)).toEqual([]);
});

test('DRUN-4.a FC-3.2.2.a a person who leaves after a life in every table is in none of them when the last term is over; a person who stays keeps the account', async ({
  cloud,
  database,
  clock,
}) => {
  const stayer = await aPerson(cloud.app);
  const life = await aFullLife(cloud, database);
  const { user, tenant } = life.person;
  clock.advanceMs(orderEndsMs);
  await closeCases(cloud, life);
  const { balanceMicros } = await previewOf(life.person);
  const { erasureId } = await confirmed(life.person, { acknowledgedBalanceMicros: balanceMicros });
  await workQueue(database, cloud.system);
  const erasure = await database.admin.query<{ state: string; evidence: object }>(
    'select state, residue, failures, evidence from privacy.erasures where id = $1',
    [erasureId],
  );
  expect(erasure.rows[0]?.state, JSON.stringify(erasure.rows)).toBe('certified');
  // A payment that arrives now belongs to a closed account.
  expect((await notify(cloud.system, cloud.app, life.ordered)).statusCode).toBe(200);
  expect(await othersIn(database, 'wallet.suspended_payments', [])).toBe(1);
  const accountOf = async () =>
    (await rowsByPlace(database, stayer)).get(`identity.users id ${stayer.user.id}`);
  const before = await accountOf();
  // A request that is not confirmed ends on its day; three years later it goes.
  clock.advanceMs(60 * dayMs);
  await workQueue(database, cloud.system, ['privacy.watch-case-deadlines', 'privacy.sweep']);
  clock.advanceMs(11 * 366 * dayMs);
  await workQueue(database, cloud.system, ['privacy.sweep']);
  const others = await database.admin.query<{ id: string }>(
    'select unnest(array[id, tenant_id]) as id from identity.users where id <> $1',
    [user.id],
  );
  const stay = others.rows.map(({ id }) => id);
  for (const { schema, name, rule } of personalTables) {
    const place = `${schema}.${name}`;
    // What stays without a link, and the mark of the shell: looked at below.
    if (rule.rows === 'keep-unlinked' || place === 'privacy.restrictions') continue;
    expect({ place, rows: await othersIn(database, place, stay) }).toEqual({ place, rows: 0 });
  }
  const dump = await dumpDatabase(database.admin);
  expect(findNames(dump, life.words)).toEqual([]);
  const naming = dump.filter(({ cells }) =>
    [user.id, tenant.id].some((id) => JSON.stringify(cells).includes(id)),
  );
  const places = [...new Set(naming.map(({ table }) => table))];
  expect(places, 'the shell, its mark, and the books under a number without an owner').toEqual([
    'identity.tenants',
    'identity.users',
    'privacy.restrictions',
    'wallet.accounts',
    'wallet.holds',
    'wallet.transfers',
  ]);
  expect(before).toBeDefined();
  expect(await accountOf()).toEqual(before);
});

/** Rows of a table that are about none of the given persons. */
async function othersIn({ admin }: Database, place: string, persons: readonly string[]): Promise<number> {
  const entry = personalTables.find(({ schema, name }) => `${schema}.${name}` === place);
  const { rows } = await admin.query<{ rows: number }>(
    `select count(*)::int as rows from ${place} where coalesce(${entry?.subjectColumn} <> all($1), true)`,
    [persons],
  );
  return rows[0]?.rows ?? 0;
}

/** What was confirmed is answered. */
async function closeCases({ operator }: Cloud, { person }: Life): Promise<void> {
  const { items } = (await person.call('GET', '/api/privacy/cases')).json<{
    items: { id: string; state: string }[];
  }>();
  for (const { id } of items.filter(({ state }) => state === 'accepted')) {
    const answer = { outcome: 'fulfilled', results: 'There is light.' };
    expect((await operator.call('POST', `/api/privacy/queue/${id}/close`, answer)).statusCode).toBe(200);
  }
}
