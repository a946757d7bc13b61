import type pg from 'pg';
import { expect } from 'vitest';
import { test } from '../testing/gateway.ts';

/** Clauses of the policies about what customers send to models and get back. */

const question = 'zqx-question-of-a-customer';
const answer = 'zqx-answer-of-a-model';
const completion = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1,
  model: 'm',
  choices: [{ index: 0, message: { role: 'assistant', content: answer }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 5, completion_tokens: 7, total_tokens: 12 },
};

/** Tables of every schema, the job queue's included, with a row in which one of the words occurs. */
async function tablesWith(admin: pg.Pool, words: readonly string[]): Promise<string[]> {
  const tables = await admin.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
     where schemaname not in ('pg_catalog', 'information_schema') order by 1`,
  );
  const found: string[] = [];
  for (const { name } of tables.rows) {
    const { rowCount } = await admin.query(
      `select 1 from ${name} t, unnest($1::text[]) word where position(word in t::text) > 0 limit 1`,
      [words],
    );
    if (rowCount !== 0) found.push(name);
  }
  return found;
}

/** Deprecated by OpenAI, sent by programs all the same. */
const namesPerson: object = { user: question };

test('FC-1.4.1 DRUN-3.2.g what a customer asks a model and gets back rests in no table, so staff has nothing to read', async ({
  cloud,
  database,
}) => {
  cloud.upstream.script((request, response) => {
    expect(request.text).toContain(question);
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(completion));
  });
  const customer = await cloud.customer(100_000_000n);
  const reply = await customer.client.chat.completions.create({
    model: cloud.modelId,
    messages: [{ role: 'user', content: question }],
    ...namesPerson,
  });
  expect(reply.choices[0]?.message.content).toBe(answer);
  await cloud.usage(customer, 1);
  // Closing writes what is buffered.
  cloud.app.server.closeAllConnections();
  await cloud.app.close();
  // The search itself is proved by what it must find.
  await database.admin.query(`create table public.planted as select '${answer}' as note`);
  expect(await tablesWith(database.admin, [question, answer])).toEqual(['public.planted']);
});

test('DRUN-5.4 an upstream gets the content and nothing that tells whose it is', async ({ cloud }) => {
  const customer = await cloud.customer(100_000_000n);
  await customer.client.chat.completions.create({
    model: cloud.modelId,
    messages: [{ role: 'user', content: question }],
    ...namesPerson,
  });
  const { user, tenant } = customer.person;
  const telling = [user.id, user.username, user.email ?? '', tenant.id, customer.apiKeyId, customer.secret];
  const received = cloud.upstream.seen.map(({ headers, text }) => JSON.stringify(headers) + text).join('\n');
  expect(received).toContain(question);
  expect(telling.filter((value) => received.includes(value))).toEqual([]);
});
