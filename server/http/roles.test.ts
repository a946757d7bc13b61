import type { FastifyInstance } from 'fastify';
import { expect } from 'vitest';
import { ConfigError, parseConfig } from '../config/config.ts';
import { gatewayPrefixes, partOf, parts, roles, takes } from '../declare/roles.ts';
import { createLog } from '../kernel/log.ts';
import { testConfig } from '../testing/test-config.ts';
import { buildTestApp, test as base } from '../testing/test.ts';

const test = base.extend<{ appOf: (role: (typeof roles)[number]) => Promise<FastifyInstance> }>({
  appOf: async ({ database, clock }, use) => {
    const apps: FastifyInstance[] = [];
    await use(async (role) => {
      const app = await buildTestApp(database, clock, createLog('silent'), { ...testConfig, role });
      apps.push(app);
      await app.ready();
      return app;
    });
    for (const app of apps) await app.close();
  },
});

/** `GET /api/wallet`, from the tree that the router prints. */
function routesOf(app: FastifyInstance): string[] {
  const found: string[] = [];
  const above: string[] = [];
  for (const line of app.printRoutes({ commonPrefix: false }).split('\n')) {
    const [, indent, path, methods] = /^([│ ]*)[└├]── (\S+)(?: \((.+)\))?$/.exec(line) ?? [];
    if (indent === undefined || path === undefined) continue;
    const depth = indent.length / 4;
    above.splice(depth, Infinity, path);
    for (const method of methods?.split(', ') ?? []) found.push(`${method} ${above.join('')}`);
  }
  return found.toSorted();
}

const ofEveryProcess = ['/healthz', '/metrics', '/readyz'];

test('each address is answered by one role; together they answer what `all` does', async ({ appOf }) => {
  const everything = routesOf(await appOf('all'));
  const byPart = new Map(
    await Promise.all(parts.map(async (part) => [part, routesOf(await appOf(part))] as const)),
  );
  const own = (part: (typeof parts)[number]) =>
    (byPart.get(part) ?? []).filter((route) => !ofEveryProcess.some((path) => route.endsWith(` ${path}`)));
  expect(own('worker')).toEqual([]);
  expect(own('gateway').filter((route) => partOf(route.split(' ')[1] ?? '') !== 'gateway')).toEqual([]);
  expect(own('api').filter((route) => partOf(route.split(' ')[1] ?? '') !== 'api')).toEqual([]);
  expect(own('gateway').length).toBeGreaterThan(5);
  expect(own('api').length).toBeGreaterThan(100);
  expect([...own('gateway'), ...(byPart.get('api') ?? [])].toSorted()).toEqual(everything);
});

const addresses = ['/', '/wallet', '/api/identity/me', '/v1/models', '/v1', `${gatewayPrefixes[1]}chat`];

test.for(roles)('the role %s names the role that answers what it does not', async (role, { appOf }) => {
  const app = await appOf(role);
  for (const url of addresses) {
    const answer = await app.inject({ url, method: url.endsWith('chat') ? 'POST' : 'GET' });
    const answeredBy = partOf(url);
    if (takes(role, answeredBy)) expect(answer.body, url).not.toContain('kernel.served_by_other_role');
    else
      expect([answer.statusCode, answer.json()], url).toMatchObject([
        404,
        { code: 'kernel.served_by_other_role', role, answeredBy },
      ]);
  }
  for (const url of ofEveryProcess) expect((await app.inject({ url })).statusCode, url).toBe(200);
});

test('a gateway asks for the session of the user of the playground', async ({ appOf }) => {
  const gateway = await appOf('gateway');
  const answer = await gateway.inject({ url: '/api/gateway/playground/chat', method: 'POST', payload: {} });
  expect(answer.statusCode).toBe(401);
});

test.for(parts)('the role %s does not start without the database it shares', (role) => {
  expect(() => parseConfig({ CANDOR_ROLE: role })).toThrow(ConfigError);
  expect(() => parseConfig({ CANDOR_ROLE: role })).toThrow(
    `DATABASE_URL: must be set with CANDOR_ROLE=${role}`,
  );
  expect(parseConfig({ CANDOR_ROLE: role, DATABASE_URL: 'postgres://localhost/candor' }).role).toBe(role);
});
