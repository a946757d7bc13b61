import { expect } from 'vitest';
import { aPerson } from '../testing/factories.ts';
import { fixtureFileOf, ofAllModules } from '../testing/module-fixture.ts';
import { test } from '../testing/test.ts';
import { fillPath, moduleOf, operationsOf } from './operations.ts';

/** How each thing that an address can name is made, as the modules say. */
const makers = new Map(
  ofAllModules(({ addresses }) => (addresses === undefined ? [] : Object.entries(addresses))),
);

/** Shape of an id that was never given out, by the prefix of the real one. */
const neverGiven = (id: string) => `${id.split('_')[0]}_00000000000000000000000000`;

test("another tenant's things answer exactly like missing ones, on every route", async ({ app }) => {
  await app.ready();
  const owner = await aPerson(app);
  const stranger = await aPerson(app);
  const operations = operationsOf(app).filter(({ pathParameters }) =>
    pathParameters.some((name) => makers.get(name) !== 'public'),
  );
  expect(operations.length).toBeGreaterThanOrEqual(4);
  for (const operation of operations) {
    const place = `${operation.method} ${operation.path}`;
    const ids = new Map<string, string>();
    for (const name of operation.pathParameters) {
      const make = makers.get(name);
      if (make === undefined || make === 'public')
        throw new Error(
          `${place}: say in ${fixtureFileOf(moduleOf(operation.path))} how to make a {${name}}, or that it is public`,
        );
      const id = await make(owner, app);
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
  const declared = ['GET /api/capabilities', ...ofAllModules(({ openOperations }) => openOperations)];
  const undeclared = open.filter((operation) => !declared.includes(operation));
  expect(
    undeclared.map((one) => `${one} is open: say so in ${fixtureFileOf(moduleOf(one.split(' ')[1] ?? ''))}`),
  ).toEqual([]);
  expect(open.toSorted()).toEqual(declared.toSorted());
});
