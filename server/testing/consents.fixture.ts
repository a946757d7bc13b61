import { randomBytes } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { Clock } from '../kernel/clock.ts';
import type { Ctx } from '../kernel/context.ts';
import { inTransaction } from '../kernel/db.ts';
import { createAccount } from '../modules/identity/create-account.ts';
import { giveConsent } from '../modules/privacy/consent/decide-consent.ts';
import { listConsents } from '../modules/privacy/consent/show-consents.ts';
import type { InForce } from '../modules/privacy/index.ts';
import { publishPolicy } from '../modules/privacy/index.ts';
import type { ConsentPurpose } from '../declare/policy.ts';
import { aPerson, type Person } from './factories.ts';
import { contextWith, type Database } from './test.ts';

type TestDatabase = Pick<Database, 'product' | 'db' | 'admin' | 'vault'>;

/** Says yes to one purpose the way the console does: read the text, send back its token. */
export async function consentTo(person: Person, purpose: ConsentPurpose): Promise<void> {
  const answer = await person.call('GET', '/api/privacy/consents?lang=en');
  const { items } = answer.json<{ items: { purpose: string; shownToken: string }[] }>();
  const shownToken = items.find((item) => item.purpose === purpose)?.shownToken;
  const given = await person.call('POST', `/api/privacy/consents/${purpose}/give`, { shownToken });
  if (given.statusCode !== 200) throw new Error(`consenting answered ${given.statusCode}: ${given.body}`);
}

/** A registered person who agrees to news at an address they have proved. */
export async function aReader(app: FastifyInstance, database: TestDatabase): Promise<Person> {
  const person = await aPerson(app);
  await proveAddresses(database, [person.user.id]);
  await consentTo(person, 'marketing');
  return person;
}

/** Many persons with a proved address who agree, as their verbs see them, in the order of their ids. */
export async function manyConsenting(
  database: TestDatabase,
  clock: Clock,
  purpose: ConsentPurpose,
  howMany: number,
): Promise<{ readonly persons: readonly (Ctx & { readonly userId: string })[]; readonly inForce: InForce }> {
  const system = contextWith(database, clock, { kind: 'system', name: 'test' }, null);
  const inForce = { policy: await publishPolicy(system), controller: 'http://test' };
  const persons: (Ctx & { userId: string })[] = [];
  for (let index = 0; index < howMany; index += 1) {
    const username = `reader-${randomBytes(8).toString('hex')}`;
    const account = { kind: 'personal', username, email: `${username}@example.com`, language: 'en' } as const;
    const { userId, tenantId } = await inTransaction(system, 'signin', (ctx) =>
      createAccount(ctx, { ...account, phone: null, passwordHash: null, acceptedPolicy: null }),
    );
    const actor = { kind: 'user', userId, sessionId: 'test', role: 'owner', isOperator: false } as const;
    const ctx = contextWith(database, clock, actor, tenantId);
    const shown = await listConsents(ctx, inForce, 'en');
    const shownToken = shown.find((item) => item.purpose === purpose)?.shownToken ?? '';
    await giveConsent(ctx, inForce, { purpose, shownToken });
    persons.push({ ...ctx, userId });
  }
  await proveAddresses(
    database,
    persons.map(({ userId }) => userId),
  );
  return { persons: persons.toSorted((a, b) => a.userId.localeCompare(b.userId)), inForce };
}

async function proveAddresses({ admin }: TestDatabase, userIds: readonly string[]): Promise<void> {
  await admin.query('update identity.users set email_verified_at = now() where id = any($1)', [userIds]);
}
