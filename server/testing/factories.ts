import { randomBytes } from 'node:crypto';
import { type KeyVault, openTableRows, sealedTableOf } from '@candor/privacy-engine';
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify';
import type pg from 'pg';
import type { Clock } from '../kernel/clock.ts';
import type { Ctx } from '../kernel/context.ts';
import { sealingOf } from '../kernel/sealed-rows.ts';
import { registry } from './registry.ts';
import { contextWith, type OwnParts } from './test.ts';

export interface Person {
  readonly user: {
    readonly id: string;
    readonly username: string;
    readonly email: string | null;
    readonly isOperator: boolean;
  };
  readonly tenant: { readonly id: string; readonly name: string };
  readonly password: string;
  /** What a logged-in browser sends: the session cookie and the header that proves the page is ours. */
  readonly headers: { readonly cookie: string; readonly 'x-candor-csrf': '1' };
  /** Calls the API as this person. */
  call(
    method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE',
    url: string,
    body?: object,
  ): Promise<LightMyRequestResponse>;
}

export const goodPassword = 'a lantern under the bridge';

/** A person who has registered through the API, with an account of their own. Every one calls from another address. */
export async function aPerson(
  app: FastifyInstance,
  wishes: { username?: string; language?: 'zh-CN' | 'en'; says?: object } = {},
): Promise<Person> {
  const username = wishes.username ?? `person-${letters(12)}`;
  const remoteAddress = anAddress();
  const policy = await app.inject({ url: '/api/identity/policy', remoteAddress });
  const answer = await app.inject({
    method: 'POST',
    url: '/api/identity/register',
    remoteAddress,
    payload: {
      method: 'password',
      username,
      email: `${username}@example.com`,
      password: goodPassword,
      policyVersion: policy.json<{ version: string }>().version,
      language: wishes.language ?? 'en',
    },
  });
  if (answer.statusCode !== 201)
    throw new Error(`registration answered ${answer.statusCode}: ${answer.body}`);
  return personOf(app, answer, remoteAddress, wishes.says);
}

/** Staff says why it looks at data of persons. */
export const staffReason = {
  'x-candor-reason': encodeURIComponent('测试：the person asked us to look'),
} as const;

/** A person who runs the installation: registered like every person, then made an operator by the owner of the database. */
export async function anOperator(
  app: FastifyInstance,
  database: { readonly admin: pg.Pool },
): Promise<Person> {
  const person = await aPerson(app, { says: staffReason });
  await database.admin.query('insert into identity.operators (user_id, created_at) values ($1, now())', [
    person.user.id,
  ]);
  return { ...person, user: { ...person.user, isOperator: true } };
}

/** The context of a person's verbs, without going through HTTP. */
export async function aTenant(app: FastifyInstance, database: OwnParts, clock: Clock): Promise<Ctx> {
  const { user, tenant } = await aPerson(app);
  const actor = {
    kind: 'user',
    userId: user.id,
    sessionId: 'sess_of_a_test',
    role: 'owner',
    isOperator: false,
  } as const;
  return contextWith(database, clock, actor, tenant.id);
}

/** A new key of a person, with its secret. */
export async function anApiKey(person: Person, wishes: object = {}): Promise<{ id: string; secret: string }> {
  const answer = await person.call('POST', '/api/identity/api-keys', { name: 'test', ...wishes });
  if (answer.statusCode !== 201)
    throw new Error(`making a key answered ${answer.statusCode}: ${answer.body}`);
  const { apiKey, secret } = answer.json<{ apiKey: { id: string }; secret: string }>();
  return { id: apiKey.id, secret };
}

/** The browser state after an answer that has set the session cookie. */
export async function personOf(
  app: FastifyInstance,
  answer: LightMyRequestResponse,
  remoteAddress: string,
  says: object = {},
): Promise<Person> {
  const cookie = answer.cookies.find(({ name }) => name === 'candor_session');
  if (cookie === undefined) throw new Error('the answer opened no session');
  const headers = { cookie: `candor_session=${cookie.value}`, 'x-candor-csrf': '1', ...says } as const;
  const call: Person['call'] = (method, url, payload) => {
    const options: InjectOptions = { method, url, headers, remoteAddress };
    return app.inject(payload === undefined ? options : { ...options, payload });
  };
  const me = (await call('GET', '/api/identity/me')).json<Pick<Person, 'user' | 'tenant'>>();
  return { user: me.user, tenant: me.tenant, password: goodPassword, headers, call };
}

/** An address no other test calls from, so that the limits per address count one test only. */
export function anAddress(): string {
  const [a = 0, b = 0, c = 0] = randomBytes(3);
  return `10.${a}.${b}.${c}`;
}

/** The newest six-digit code sent to a number or an address, as its owner would read it. */
export async function readCode(database: Mailboxes, to: string): Promise<string> {
  const messages = await readMessages(database, to);
  const code = /\d{6}/.exec(messages.at(-1)?.body ?? '')?.[0];
  if (code === undefined) throw new Error(`no code was sent to ${to}`);
  return code;
}

/** What is needed to read what was sent: the owner's connection and the keys. */
export interface Mailboxes {
  readonly admin: pg.Pool;
  readonly vault: KeyVault;
}

/** Everything sent to a number or an address, oldest first, as its owner would read it. */
export async function readMessages(
  database: Mailboxes,
  to: string,
): Promise<{ template: string; body: string }[]> {
  const entry = registry.tables.find(({ schema, name }) => `${schema}.${name}` === 'notifications.outbox');
  const table = entry === undefined ? null : sealedTableOf(entry);
  if (table === null) throw new Error('the outbox is not sealed');
  const { rows } = await database.admin.query<Record<string, unknown>>(
    'select id, user_id as "userId", template, recipient, body from notifications.outbox order by id',
  );
  const messages = await openTableRows(sealingOf(database), table, rows);
  return messages.flatMap(({ template, recipient, body }) =>
    recipient === to ? [{ template: String(template), body: String(body) }] : [],
  );
}

/** Random letters: digits might look like a phone number, which no username may. */
function letters(count: number): string {
  return String.fromCharCode(...[...randomBytes(count)].map((byte) => 97 + (byte % 26)));
}
