import type { LightMyRequestResponse } from 'fastify';
import { expect } from 'vitest';
import { type ConsentPurpose, consentPurposes } from '../declare/policy.ts';
import { consentTo } from '../testing/consents.fixture.ts';
import type { Person } from '../testing/factories.ts';
import { type Cloud, type Customer, test } from '../testing/gateway.ts';
import { fillPath, type Operation, operationsOf } from './operations.ts';

/** Bodies with which a basic function does its work; every other operation is asked with an empty one. */
const workingBody: Record<string, (person: Person) => object> = {
  'POST /api/identity/api-keys': () => ({ name: 'a key' }),
  'PATCH /api/identity/me': () => ({ displayName: 'Somebody' }),
  'POST /api/identity/codes': ({ user }) => ({ email: user.email, use: 'recover', language: 'en' }),
  'POST /api/identity/login': ({ user, password }) => ({
    method: 'password',
    login: user.username,
    password,
  }),
  'POST /api/wallet/top-ups': () => ({ amountMicros: 1_000_000, channel: 'sandbox' }),
};

/** Deciding about a consent is what differs, and what ends the session or the account comes at its own time. */
const leftOut = /^(POST|GET|PUT|DELETE) \/api\/privacy\/(consents|objections)|\/logout$|revoke-others$/;
/** What a person is shown about themselves names their decisions; that it is answered must not depend on them. */
const aboutOneself = /^GET \/api\/privacy\/(my-data|processing)|^GET \/api\/audit/;

type Decision = 'undecided' | 'given' | 'refused' | 'withdrawn';
type Decisions = Readonly<Record<ConsentPurpose, Decision>>;

const everywhere = (decision: Decision): Decisions => ({ marketing: decision, improvement: decision });

/** All agreed is the measure; then none was asked, all is refused, all taken back, and each one alone. */
const variants: readonly Decisions[] = [
  everywhere('undecided'),
  everywhere('refused'),
  everywhere('withdrawn'),
  ...consentPurposes.flatMap((purpose) =>
    (['refused', 'withdrawn'] as const).map((decision) => ({ ...everywhere('given'), [purpose]: decision })),
  ),
];

test('DRUN-3.1.0 DRUN-3.2.0 CHIPL-0.f CHIPL-1.5.e POOL-rts-2 FC-6.2.1 no decision about an optional purpose changes an answer of a basic function', async ({
  cloud,
}) => {
  await cloud.app.ready();
  // The log is signed when an hour is over; the measure must not be from before.
  expect((await cloud.operator.call('POST', '/api/audit/log/heads')).statusCode).toBe(200);
  const basic = operationsOf(cloud.app).filter((operation) => !leftOut.test(nameOf(operation)));
  expect(basic.length).toBeGreaterThan(60);
  const measure = await answersTo(cloud, basic, everywhere('given'));
  const worked = [...measure.values()].filter(({ status }) => status < 300);
  expect(worked.length).toBeGreaterThan(30);
  for (const variant of variants) {
    const answers = await answersTo(cloud, basic, variant);
    expect(Object.fromEntries(answers), JSON.stringify(variant)).toEqual(Object.fromEntries(measure));
  }
}, 120_000);

interface Answer {
  readonly status: number;
  readonly shape: unknown;
}

/** What a customer with these decisions gets from every operation and from a paid model call. */
async function answersTo(
  cloud: Cloud,
  operations: readonly Operation[],
  decisions: Decisions,
): Promise<Map<string, Answer>> {
  const customer = await cloud.customer(5_000_000n);
  for (const purpose of consentPurposes) await decide(customer.person, purpose, decisions[purpose]);
  const answers = new Map<string, Answer>();
  answers.set('POST /v1/chat/completions', await callModel(cloud, customer));
  for (const operation of operations) {
    const name = nameOf(operation);
    const answer = await ask(cloud, customer.person, operation);
    answers.set(name, {
      status: answer.statusCode,
      shape: aboutOneself.test(name) ? null : shapeOf(bodyOf(answer)),
    });
  }
  const { held } = await cloud.balance(customer);
  answers.set('money held', { status: 0, shape: held });
  return answers;
}

async function decide(person: Person, purpose: ConsentPurpose, decision: Decision): Promise<void> {
  if (decision === 'undecided') return;
  if (decision === 'refused') {
    await person.call('POST', `/api/privacy/consents/${purpose}/refuse`);
    return;
  }
  await consentTo(person, purpose);
  if (decision === 'withdrawn') await person.call('POST', `/api/privacy/consents/${purpose}/withdraw`);
}

async function callModel(cloud: Cloud, customer: Customer): Promise<Answer> {
  const answer = await cloud.app.inject({
    method: 'POST',
    url: '/v1/chat/completions',
    headers: { authorization: `Bearer ${customer.secret}` },
    payload: { model: cloud.modelId, messages: [{ role: 'user', content: 'hello' }] },
  });
  await cloud.usage(customer, 1);
  return { status: answer.statusCode, shape: shapeOf(bodyOf(answer)) };
}

async function ask(cloud: Cloud, person: Person, operation: Operation): Promise<LightMyRequestResponse> {
  const hasBody = operation.method !== 'GET' && operation.method !== 'DELETE';
  const body = workingBody[nameOf(operation)]?.(person) ?? {};
  return cloud.app.inject({
    method: operation.method,
    url: fillPath(operation.path, (name) => `${name}_00000000000000000000000000`),
    headers: {
      // Logging in ends the session it is done in, which the other operations need.
      ...(operation.path.endsWith('/login') ? {} : person.headers),
      'idempotency-key': 'refusal',
      ...(hasBody ? { 'content-type': 'application/json' } : {}),
    },
    ...(hasBody ? { payload: JSON.stringify(body) } : {}),
  });
}

function nameOf({ method, path }: Operation): string {
  return `${method} ${path}`;
}

function bodyOf(answer: LightMyRequestResponse): unknown {
  const isJson = /[/+]json\b/.test(String(answer.headers['content-type']));
  return isJson && answer.body !== '' ? (JSON.parse(answer.body) as unknown) : answer.body.split('\n').length;
}

/** Names and kinds of values, at every depth; ids, times and random text differ from person to person. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? [] : [shapeOf(value[0])];
  if (typeof value !== 'object' || value === null) return value === null ? null : typeof value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shapeOf(inner)]));
}
