import { expect } from 'vitest';
import { buildApp } from './app.ts';
import { parseConfig } from './config.ts';
import { createLog } from './kernel/log.ts';
import { aPerson } from './testing/factories.ts';
import { testConfig } from './testing/test-config.ts';
import { test } from './testing/test.ts';

test('development offers the sandbox, and codes are read in the outbox', async ({ app }) => {
  const person = await aPerson(app);
  expect((await app.inject({ url: '/api/capabilities' })).json()).toEqual({
    codesBySms: true,
    codesByMail: true,
    forMembers: null,
  });
  expect((await person.call('GET', '/api/capabilities')).json()).toMatchObject({
    forMembers: {
      topUp: { channels: ['sandbox'], minMicros: 10_000, maxMicros: 1_000_000_000_000, stepMicros: 10_000 },
      bankAccount: null,
    },
  });
});

test('production offers nothing that it refuses: no sandbox, no phone without SMS, the bank account as set', async ({
  database,
  clock,
  ctx,
}) => {
  const bankAccount = { accountName: 'Example Ltd', bankName: 'Example Bank', accountNumber: '6222 0200 1' };
  const inProduction = {
    db: database.db,
    databaseUrl: database.appUrl,
    clock,
    log: createLog('silent'),
    config: { ...testConfig, isProduction: true, sandboxPayments: false, bankAccount },
    keyedHash: ctx.keyedHash,
    vault: ctx.vault,
    signingKey: ctx.signingKey,
  };
  const production = await buildApp(inProduction);
  const answer = await production.inject({ url: '/api/capabilities' });
  expect(answer.json()).toEqual({ codesBySms: false, codesByMail: false, forMembers: null });
  await production.close();
  const mail = { name: 'mail', deliver: async () => {} };
  const withMail = await buildApp({ ...inProduction, channels: { mail } });
  expect((await withMail.inject({ url: '/api/capabilities' })).json()).toMatchObject({
    codesBySms: false,
    codesByMail: true,
  });
  await withMail.close();
});

test('of the bank account all three parts are set or none', () => {
  expect(parseConfig({ CANDOR_DATA: '/tmp/x' }).bankAccount).toBeNull();
  expect(() => parseConfig({ CANDOR_DATA: '/tmp/x', CANDOR_BANK_NAME: 'Example Bank' })).toThrow(
    'set all three',
  );
});
