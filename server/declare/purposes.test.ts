import { sql } from 'drizzle-orm';
import { expect, onTestFinished } from 'vitest';
import { type Actor, asDelegate, asStranger, asSystem, type Ctx } from '../kernel/context.ts';
import { inTransaction, openDatabase } from '../kernel/db.ts';
import { createLog } from '../kernel/log.ts';
import { tenants } from '../modules/identity/schema.ts';
import { test } from '../testing/test.ts';
import { defineModule } from './define-module.ts';
import { consentPurposes, ownPurposes, type Purpose } from './policy.ts';
import { type ActsFor, definePurposes } from './purposes.ts';

const purpose = {
  basis: 'contract',
  essential: true,
  scope: 'platform',
  duringRestriction: 'stops',
  text: { zh: '测试', en: 'test' },
} as const;

test('a purpose that does not say for whom it acts, or names no actor, does not compile', () => {
  definePurposes({ toys: { ...purpose, actsFor: ['system'] } });
  // @ts-expect-error -- for whom is not said
  definePurposes({ toys: purpose });
  // @ts-expect-error -- no actor is named
  definePurposes({ toys: { ...purpose, actsFor: [] } });
  // @ts-expect-error -- the same for what a module brings
  defineModule('toys', { purposes: { toys: purpose } });
});

/** The context of the fixture is that of a person who owns an account and is no operator. */
function actors(ctx: Ctx): Readonly<Record<ActsFor, Ctx>> {
  const userId = 'user_01h455vb4pex5vsknk084sn02q';
  const by = (actor: Actor): Ctx => ({ ...ctx, actor });
  return {
    stranger: asStranger(ctx),
    person: ctx,
    operator: by({ kind: 'user', userId, sessionId: 'sess', role: 'owner', isOperator: true }),
    apiKey: by({ kind: 'apiKey', apiKeyId: 'key', userId }),
    delegate: asDelegate(ctx, 'test', { userId, tenantId: ctx.tenantId }),
    system: asSystem(ctx, 'test'),
  };
}

test('every purpose opens a transaction for the actors it names and for no others', async ({ ctx }) => {
  for (const [name, actsFor] of ctx.product.actsFor)
    for (const [kind, own] of Object.entries(actors(ctx))) {
      const isNamed = actsFor.some((one) => one === kind || (one === 'person' && kind === 'operator'));
      const opened = inTransaction(own, name as Purpose, (ctx) => ctx.db.execute(sql`select 1`)).then(
        () => 'opened',
        (error: Error) => error.message,
      );
      expect(await opened, `${name}, ${kind}`).toMatch(
        isNamed ? /^opened$/ : new RegExp(`^the purpose "${name}" acts for .*, not for `),
      );
    }
});

test('a person who is no operator opens no purpose that sees every account for operators, whatever a verb forgot', async ({
  ctx,
}) => {
  const everyAccount = (ctx: Ctx) =>
    inTransaction(ctx, 'operations', (ctx) => ctx.db.select({ id: tenants.id }).from(tenants));
  await expect(everyAccount(ctx)).rejects.toThrow('the purpose "operations" acts for operator, system');
  await expect(everyAccount(asStranger(ctx))).rejects.toThrow('not for anonymous');
  expect(await everyAccount(actors(ctx).operator)).toEqual([]);
});

test('the wrong actor is refused before any statement', async ({ ctx }) => {
  const db = openDatabase('postgres://nobody@127.0.0.1:1/none', createLog('silent'));
  onTestFinished(() => db.$client.end());
  const opening = (actor: Ctx) => inTransaction({ ...actor, db }, 'rights', async () => 'opened');
  await expect(opening(asSystem(ctx, 'test'))).rejects.toThrow('acts for person, delegate, not for system');
  await expect(opening(ctx)).rejects.toThrow(/ECONNREFUSED/);
});

test('what people agreed to is done by the system alone, and what is for them by them alone', () => {
  for (const name of consentPurposes) expect(ownPurposes[name].actsFor, name).toEqual(['system']);
  expect(ownPurposes.rights.actsFor).toEqual(['person', 'delegate']);
});

test('for whom a purpose acts is no part of the published declarations', ({ ctx }) => {
  expect(JSON.stringify(ctx.product.registry.vocabulary.purposes)).not.toContain('actsFor');
});

test('strangers are served what is public: the versions of the policy, and who runs the installation', async ({
  app,
}) => {
  for (const url of ['/api/privacy/policies', '/api/privacy/installation'])
    expect((await app.inject({ url })).statusCode, url).toBe(200);
});
