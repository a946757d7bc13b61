import {
  type CollectionGroup,
  describeRetention,
  type Language,
  methodText,
  reasonsToHold,
} from '@candor/privacy-engine';
import type { FastifyInstance } from 'fastify';
import { expect } from 'vitest';
import { passingData } from '../../declare/policy.ts';
import { registry } from '../../testing/registry.ts';
import { anApiKey, anOperator, aPerson } from '../../testing/factories.ts';
import { test } from '../../testing/test.ts';

interface MyData {
  categories: {
    key: string;
    items: {
      table: string;
      title: string;
      columns: { name: string; withheld: string | null }[];
      rows: Record<string, unknown>[];
      totalRows: number;
      nextCursor: string | null;
      looks: { count: number };
      goes: { firstAt: string } | null;
    }[];
  }[];
}

async function publishedList(app: FastifyInstance, lang: Language): Promise<CollectionGroup[]> {
  const answer = await app.inject({ url: `/api/privacy/collection-list?lang=${lang}` });
  return answer.json<{ groups: CollectionGroup[] }>().groups;
}

test('DRUN-7.1 POOL-rts-1 a person sees everything held about them, with the reason for each datum', async ({
  app,
}) => {
  const person = await aPerson(app);
  await anApiKey(person, { name: 'my laptop' });
  const data = (await person.call('GET', '/api/privacy/my-data?lang=en')).json<MyData>();
  const items = data.categories.flatMap((category) => category.items);
  const users = items.find(({ table }) => table === 'identity.users');
  expect(users?.rows[0]).toMatchObject({ username: person.user.username, email: person.user.email });
  expect(users?.rows[0]?.['created_at']).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  expect(JSON.stringify(items)).toContain('my laptop');
  const declared = registry.tables.flatMap((table) =>
    table.columns
      .filter((column) => column.datum !== null)
      .map((column) => `${table.schema}.${table.name}.${column.name}`),
  );
  const shown = items.flatMap((item) => item.columns.map((column) => `${item.table}.${column.name}`));
  expect(declared).toEqual(expect.arrayContaining(shown));
});

test('what is withheld says why: credentials are never exported', async ({ app }) => {
  const person = await aPerson(app);
  const { secret } = await anApiKey(person);
  const text = (await person.call('GET', '/api/privacy/my-data')).body;
  expect(text).not.toContain(secret);
  expect(text).not.toContain('$argon2id$');
  const passwords = (JSON.parse(text) as MyData).categories
    .flatMap(({ items }) => items)
    .find(({ table }) => table === 'identity.passwords');
  expect(passwords?.rows).toEqual([{ changed_at: expect.any(String) as string }]);
  expect(passwords?.columns.filter(({ withheld }) => withheld !== null).map(({ name }) => name)).toEqual([
    'hash',
  ]);
});

test("nothing of another person's is in it", async ({ app }) => {
  const other = await aPerson(app);
  const person = await aPerson(app);
  const text = (await person.call('GET', '/api/privacy/my-data')).body;
  expect(text).toContain(person.user.username);
  expect(text).not.toContain(other.user.username);
});

test('DRUN-7.1 any number of rows is shown page by page', async ({ app, database }) => {
  const person = await aPerson(app);
  await database.admin.query(
    `insert into billing.usage_events (id, request_id, tenant_id, user_id, api_key_id, model_id, price_version_id, input_tokens, output_tokens,
       charge_micros, is_estimated, is_streamed, outcome, started_at, duration_ms, finished_at, billable_at, is_late, created_at)
     select 'usage_' || lpad(n::text, 26, '0'), 'req_of_many_' || n, $2, $1, 'key', 'model', 'price', 1, 1, 1, false, false, 'completed', $3, n, $3, $3, false, $3
     from generate_series(1, 1234) n`,
    [person.user.id, person.tenant.id, '2026-11-01T00:00:00Z'],
  );
  const itemOf = (data: MyData) =>
    data.categories.flatMap(({ items }) => items).find(({ table }) => table === 'billing.usage_events');
  const first = itemOf((await person.call('GET', '/api/privacy/my-data?lang=en')).json<MyData>());
  expect(first).toMatchObject({ totalRows: 1234, goes: { firstAt: '2029-11-01T00:00:00.000Z' } });
  const durations = first?.rows.map((row) => row['duration_ms']) ?? [];
  let cursor = first?.nextCursor ?? null;
  while (cursor !== null) {
    const url = `/api/privacy/my-data/rows?table=billing.usage_events&limit=200&cursor=${cursor}`;
    const page: { items: Record<string, unknown>[]; nextCursor: string | null } = (
      await person.call('GET', url)
    ).json();
    durations.push(...page.items.map((row) => row['duration_ms']));
    cursor = page.nextCursor;
  }
  expect(durations).toEqual(Array.from({ length: 1234 }, (_, place) => 1234 - place));
  const unknown = await person.call('GET', '/api/privacy/my-data/rows?table=identity.tenants');
  expect(unknown.statusCode).toBe(404);
});

test('who of the staff looked stands beside what they looked at', async ({ app, database }) => {
  const person = await aPerson(app);
  const operator = await anOperator(app, database);
  await operator.call('POST', '/api/identity/tenants/search', { query: person.tenant.id });
  const data = (await person.call('GET', '/api/privacy/my-data?lang=en')).json<MyData>();
  const items = data.categories.flatMap((category) => category.items);
  expect(items.find(({ table }) => table === 'identity.users')?.looks).toMatchObject({ count: 1 });
  expect(items.find(({ table }) => table === 'identity.sessions')?.looks).toEqual({ count: 0, lastAt: null });
});

test('what stands in tables again after a backup was put back is not shown: its keys are gone', async ({
  app,
  ctx,
}) => {
  const person = await aPerson(app);
  await ctx.vault.destroy(person.user.id, 'all');
  const data = (await person.call('GET', '/api/privacy/my-data?lang=en')).json<MyData>();
  expect(data.categories).toEqual([]);
});

test('every table with personal data is open to the person it is about', () => {
  const silent = registry.tables
    .filter((table) => table.columns.some((column) => column.datum !== null))
    .filter((table) => table.rule.access['rights']?.includes('select') !== true)
    .map((table) => `${table.schema}.${table.name}`);
  expect(silent).toEqual([]);
});

test('LIST-0 every column of the database is declared, and every personal one is in the published list for each of its services, with its own method, purposes and term', async ({
  app,
  database,
}) => {
  const { rows: live } = await database.admin.query<{ place: string }>(
    `select table_schema || '.' || table_name || '.' || column_name as place from information_schema.columns
     where table_schema = any($1) order by 1`,
    [[...new Set(registry.tables.map(({ schema }) => schema))]],
  );
  const known = registry.tables.flatMap(({ schema, name, columns }) =>
    columns.map((column) => `${schema}.${name}.${column.name}`),
  );
  expect(live.map(({ place }) => place)).toEqual(known.toSorted());
  for (const lang of ['zh', 'en'] as const) {
    const groups = await publishedList(app, lang);
    for (const { schema, name, columns } of registry.tables) {
      for (const { datum, atRest, name: column } of columns) {
        if (datum === null || atRest === 'index') continue;
        for (const service of datum.collectedFor) {
          const rows = groups.find(({ key }) => key === service)?.rows ?? [];
          const own = rows.filter(
            ({ fields, method, retention }) =>
              fields.includes(datum.title[lang]) &&
              method === methodText(datum.source, lang) &&
              retention === describeRetention(datum, registry.vocabulary, lang),
          );
          const purposes = reasonsToHold(datum, registry).map(({ text }) => text[lang]);
          const tells = own.some(({ purpose }) => purposes.every((text) => purpose.includes(text)));
          expect({ place: `${schema}.${name}.${column}`, service, tells }).toMatchObject({ tells: true });
        }
      }
    }
  }
});

test('LIST-0 nothing is in the published list but personal columns and what passes through, in both languages', async ({
  app,
}) => {
  for (const lang of ['zh', 'en'] as const) {
    const groups = await publishedList(app, lang);
    const listed = new Set(groups.flatMap(({ rows }) => rows.flatMap(({ fields }) => fields)));
    const declared = new Set(
      registry.tables.flatMap((table) =>
        // A look-up value is no datum of its own: it is the sealed one in another form.
        table.columns.flatMap(({ datum, atRest }) =>
          datum === null || atRest === 'index' ? [] : [datum.title[lang]],
        ),
      ),
    );
    for (const { title } of passingData) declared.add(title[lang]);
    expect([...listed].toSorted()).toEqual([...declared].toSorted());
  }
});

test('LIST-10 every row of the list gives type, method, purpose, basis, retention and what follows, in both languages', async ({
  app,
}) => {
  for (const lang of ['zh', 'en'] as const) {
    const rows = (await publishedList(app, lang)).flatMap((group) => group.rows);
    expect(rows.length).toBeGreaterThan(20);
    for (const row of rows) {
      const text = JSON.stringify(row);
      expect(row.fields.length, text).toBeGreaterThan(0);
      const told = [...row.fields, row.method, row.purpose, row.basis, row.retention, row.afterExpiry];
      for (const words of told) expect(words, text).toMatch(lang === 'zh' ? /\p{Script=Han}/u : /[A-Za-z]/);
      expect(text).not.toMatch(/\betc\b|等等/);
    }
  }
});

test('the well-known address points to the list', async ({ app }) => {
  const known = (await app.inject({ url: '/.well-known/privacy.json' })).json<{
    collectionList: { api: string };
  }>();
  expect((await app.inject({ url: known.collectionList.api })).statusCode).toBe(200);
});

test('a cursor of no list is refused; one of another list ends a page of rows that are named by numbers', async ({
  app,
}) => {
  const person = await aPerson(app);
  const rows = (cursor: string) =>
    person.call('GET', `/api/privacy/my-data/rows?lang=en&limit=5&table=wallet.transfers&cursor=${cursor}`);
  for (const cursor of ['x', '-1', '9'.repeat(40)]) {
    expect((await rows(cursor)).json(), cursor).toMatchObject({
      status: 400,
      issues: [{ path: 'querystring.cursor', rule: 'wrong_format' }],
    });
  }
  const foreign = await rows(`usage_${'0'.repeat(26)}`);
  expect([foreign.statusCode, foreign.json()]).toEqual([200, { items: [], nextCursor: null }]);
});
