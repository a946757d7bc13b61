import type { FastifyInstance } from 'fastify';
import { publicKeySet, verifyCertificate } from '@candor/privacy';
import { expect } from 'vitest';
import type { Clock } from '../../../kernel/clock.ts';
import type { Ctx } from '../../../kernel/context.ts';
import { createLog } from '../../../kernel/log.ts';
import { openMaintenance } from '../../../kernel/maintenance.ts';
import { anApiKey, aPerson, goodPassword, type Person } from '../../../testing/factories.ts';
import { contextWith, type Database, test as base } from '../../../testing/test.ts';
import { runErasure } from './index.ts';

const test = base.extend<{ system: Ctx }>({
  system: async ({ database, clock }, use) => {
    const maintenance = openMaintenance(database.adminUrl, createLog('silent'));
    await use({ ...systemOf(database, clock), maintenance });
    await maintenance.close();
  },
});

function systemOf(database: Database, clock: Clock): Ctx {
  return contextWith(database.db, clock, { kind: 'system', name: 'test' }, null);
}

interface Preview {
  promiseHash: string;
  erased: { table: string; rows: number; columns: string[] }[];
  held: { table: string; law: string; until: string }[];
  balanceMicros: number;
  blocks: string[];
}

async function previewOf(person: Person): Promise<Preview> {
  const answer = await person.call('POST', '/api/privacy/erasure/preview?lang=en');
  expect(answer.statusCode, answer.body).toBe(200);
  return answer.json<Preview>();
}

function confirm(person: Person, { promiseHash }: Preview, wishes: object = {}) {
  const body = { proof: { password: goodPassword }, promiseHash, ...wishes };
  return person.call('POST', '/api/privacy/erasure/confirm', body);
}

async function eraseWhole(person: Person, system: Ctx): Promise<{ erasureId: string; reference: string }> {
  const answer = await confirm(person, await previewOf(person));
  expect(answer.statusCode, answer.body).toBe(202);
  const confirmed = answer.json<{ erasureId: string; reference: string }>();
  await runErasure(system, confirmed.erasureId);
  return confirmed;
}

function statusOf(app: FastifyInstance, reference: string) {
  return app.inject({ url: `/api/privacy/erasure/status/${reference}` });
}

test('CHIPL-8.4 POOL-sec-5 a person erases themselves: gone at once, certified, and a stranger afterwards', async ({
  app,
  database,
  system,
}) => {
  const person = await aPerson(app, { username: 'moon-rabbit-77' });
  await anApiKey(person);
  const preview = await previewOf(person);
  expect(preview.erased.map(({ table }) => table)).toContain('identity.users');
  expect(preview.held.map(({ table }) => table)).toContain('identity.policy_acceptances');
  const { reference } = await eraseWhole(person, system);
  expect((await person.call('GET', '/api/identity/me')).statusCode).toBe(401);
  const status = (await statusOf(app, reference)).json<{ state: string; residue: string[] }>();
  expect(status).toMatchObject({ state: 'certified', residue: [] });
  const answer = await app.inject({ url: `/api/privacy/erasure/certificate/${reference}` });
  const { certificate } = answer.json<{ certificate: string }>();
  const reading = await verifyCertificate(certificate, publicKeySet(system.signingKey));
  expect(reading.isGenuine).toBe(true);
  expect(certificate).not.toContain(person.user.id);
  const { rows } = await database.admin.query<{ row: string }>(
    `select to_jsonb(e)::text as row from privacy.erasures e`,
  );
  expect(rows.map(({ row }) => row).join()).not.toContain(person.user.id);
  const again = await aPerson(app, { username: 'moon-rabbit-77' });
  expect(again.user.id).not.toBe(person.user.id);
});
