import type { FastifyInstance } from 'fastify';
import { expect } from 'vitest';
import { aPerson, type Person } from '../testing/factories.ts';
import { test } from '../testing/test.ts';
import { fillPath, operationsOf } from './operations.ts';

/** How to make one resource of each kind that an address can name. A new kind of address fails until it is here. */
const makers: Record<string, (app: FastifyInstance, owner: Person) => Promise<string>> = {
  async sessionId(app, owner) {
    const answer = await app.inject({ url: '/api/identity/sessions', headers: owner.headers });
    return answer.json<{ items: { id: string }[] }>().items[0]?.id ?? '';
  },
  async consentId(_app, owner) {
    const answer = await owner.call('POST', '/api/privacy/consents/marketing/refuse');
    return answer.json<{ eventId: string }>().eventId;
  },
  async apiKeyId(app, owner) {
    const answer = await app.inject({
      method: 'POST',
      url: '/api/identity/api-keys',
      headers: owner.headers,
      payload: { name: 'theirs' },
    });
    return answer.json<{ apiKey: { id: string } }>().apiKey.id;
  },
  async auditEntryId(app, owner) {
    const answer = await app.inject({ url: '/api/audit/entries', headers: owner.headers });
    return answer.json<{ items: { id: string }[] }>().items[0]?.id ?? '';
  },
  async topUpId(app, owner) {
    const headers = { ...owner.headers, 'idempotency-key': 'cross-tenant' };
    const answer = await app.inject({
      method: 'POST',
      url: '/api/wallet/top-ups',
      headers,
      payload: { amountMicros: 1_000_000, channel: 'sandbox' },
    });
    return answer.json<{ topUp: { id: string } }>().topUp.id;
  },
  async caseId(_app, owner) {
    const body = { type: 'complaint', description: 'theirs' };
    return (await owner.call('POST', '/api/privacy/cases', body)).json<{ id: string }>().id;
  },
  async exportId(_app, owner) {
    const proof = { password: owner.password };
    return (await owner.call('POST', '/api/privacy/exports', { proof })).json<{ id: string }>().id;
  },
};

/** Addresses that name nothing of a tenant's: public things, and what only operators or payment channels may call. */
const notOfATenant = new Set([
  'hash',
  'leafIndex',
  'purpose',
  'newsId',
  'queuedCaseId',
  'reference',
  'erasureId',
  'channel',
  'paymentId',
  'modelId',
  'upstreamId',
  'bankTransferId',
  'suspendedPaymentId',
  'model',
]);
/** Shape of an id that was never given out, by the prefix of the real one. */
const neverGiven = (id: string) => `${id.split('_')[0]}_00000000000000000000000000`;

test("another tenant's things answer exactly like missing ones, on every route", async ({ app }) => {
  await app.ready();
  const owner = await aPerson(app);
  const stranger = await aPerson(app);
  const operations = operationsOf(app).filter(({ pathParameters }) =>
    pathParameters.some((name) => !notOfATenant.has(name)),
  );
  expect(operations.length).toBeGreaterThanOrEqual(4);
  for (const operation of operations) {
    const place = `${operation.method} ${operation.path}`;
    const ids = new Map<string, string>();
    for (const name of operation.pathParameters) {
      const make = makers[name];
      if (make === undefined) throw new Error(`${place}: say in this test how to make a {${name}}`);
      const id = await make(app, owner);
      expect(id, place).toMatch(/^[a-z]+_[0-9a-z]{26}$/);
      ids.set(name, id);
    }
    const hasBody = operation.method !== 'GET' && operation.method !== 'DELETE';
    const ask = (valueOf: (name: string) => string) =>
      app.inject({
        method: operation.method,
        url: fillPath(operation.path, valueOf),
        headers: { ...stranger.headers, ...(hasBody ? { 'content-type': 'application/json' } : {}) },
        ...(hasBody ? { payload: '{}' } : {}),
      });
    const theirs = await ask((name) => ids.get(name) ?? '');
    const missing = await ask((name) => neverGiven(ids.get(name) ?? ''));
    expect(missing.statusCode, place).toBe(404);
    expect(theirs.statusCode, place).toBe(404);
    const { requestId: _a, ...theirBody } = theirs.json<Record<string, unknown>>();
    const { requestId: _b, ...missingBody } = missing.json<Record<string, unknown>>();
    expect(theirBody, place).toEqual(missingBody);
  }
});

test('nobody but a logged-in person reaches a route that is not declared open', async ({ app }) => {
  await app.ready();
  const open: string[] = [];
  for (const operation of operationsOf(app).filter(({ path }) => path.startsWith('/api/'))) {
    const hasBody = operation.method !== 'GET' && operation.method !== 'DELETE';
    const answer = await app.inject({
      method: operation.method,
      url: fillPath(operation.path, () => 'x'),
      ...(hasBody ? { headers: { 'content-type': 'application/json' }, payload: '{}' } : {}),
    });
    if (answer.statusCode !== 401) open.push(`${operation.method} ${operation.path}`);
  }
  expect(open.toSorted()).toEqual([
    'GET /api/audit/log/consistency',
    'GET /api/audit/log/entries/{leafIndex}/proof',
    'GET /api/audit/log/head',
    'GET /api/capabilities',
    'GET /api/catalog/meters',
    'GET /api/catalog/models',
    'GET /api/identity/policy',
    'GET /api/privacy/collection-list',
    'GET /api/privacy/installation',
    'GET /api/privacy/policies',
    'GET /api/privacy/policies/{hash}',
    'GET /api/privacy/policies/{hash}/changes',
    'GET /api/privacy/policy',
    'GET /api/privacy/request-options',
    'POST /api/identity/codes',
    'POST /api/identity/contact-changes/undo',
    'POST /api/identity/login',
    'POST /api/identity/logout',
    'POST /api/identity/recover',
    'POST /api/identity/register',
    'POST /api/privacy/erasure/certificate',
    'POST /api/privacy/erasure/status',
    'POST /api/privacy/receipts/verify',
    'POST /api/privacy/requests',
    'POST /api/privacy/requests/answers',
    'POST /api/privacy/requests/codes',
    'POST /api/privacy/requests/confirm-account',
    'POST /api/privacy/requests/enter',
    'POST /api/privacy/requests/read',
    'POST /api/privacy/requests/withdraw',
    'POST /api/wallet/notifications/{channel}',
  ]);
});
