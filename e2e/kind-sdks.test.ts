import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Client } from '../demo/client.ts';
import { type OwnServer, startServer } from '../demo/use-server.ts';
import { kindsUpstream } from './kinds-upstream.ts';
import { aPersonWithKey, type E2ePerson, loginOperator } from './people.ts';
import { preparePython } from './python-environment.ts';
import type { Upstream } from './quick-upstream.ts';

const folder = fileURLToPath(new URL('./', import.meta.url));
let server: OwnServer;
let upstream: Upstream;
let operator: Client;
let person: E2ePerson;
let poor: E2ePerson;

/** One model of each kind, priced by what is counted of it. */
const meterByKind = {
  rerank: 'gateway.input-tokens',
  moderation: 'gateway.input-tokens',
  image: 'gateway.images',
  speech: 'gateway.characters',
} as const;

beforeAll(async () => {
  upstream = await kindsUpstream();
  server = await startServer({ environment: { CANDOR_MODEL: 'none' } });
  operator = await loginOperator(server);
  const kinds = Object.keys(meterByKind);
  await operator.call('POST', '/api/gateway/upstreams', {
    name: 'all kinds',
    baseUrl: upstream.baseUrl,
    models: kinds.map((kind) => ({
      modelId: kind,
      upstreamModel: `vendor-${kind}`,
      kind,
      contextTokens: 4096,
    })),
  });
  for (const [sku, meter] of Object.entries(meterByKind))
    await operator.call('POST', '/api/catalog/prices', { sku, prices: [{ meter, micros: 10, perUnits: 1 }] });
  person = await aPersonWithKey(server, operator, 5_000_000);
  poor = await aPersonWithKey(server, operator, 0);
  await person.client.until('the models', async () => {
    const answer = await fetch(`${server.url}/v1/models`, {
      headers: { authorization: `Bearer ${person.secret}` },
    });
    const listed = await answer.text();
    return kinds.every((kind) => listed.includes(`"${kind}"`));
  });
});
afterAll(async () => {
  await server.stop();
  upstream.close();
});

/** The model server answers in this process, so the check must not block it. */
async function check([program = '', ...parameters]: readonly string[]): Promise<string> {
  const child = spawn(program, [...parameters, server.url, person.secret, poor.secret]);
  const [stdout, stderr, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  expect(stdout + stderr).not.toContain('broken');
  expect(status, stderr).toBe(0);
  return stdout;
}

test("OpenAI's package for Node orders documents, judges, draws and speaks, errors included", async () => {
  const printed = await check([process.execPath, join(folder, 'node', 'check-kinds.mjs')]);
  expect(printed.match(/^kept/gm)).toHaveLength(8);
});

test("OpenAI's package for Python orders documents, judges, draws and speaks, errors included", async () => {
  const printed = await check([preparePython(), join(folder, 'python', 'check_kinds.py')]);
  expect(printed.match(/^kept/gm)).toHaveLength(8);
});
