import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Client } from '../demo/client.ts';
import { type OwnServer, startServer } from '../demo/use-server.ts';
import { agentUpstream } from './agent-upstream.ts';
import { prepareNode } from './node-environment.ts';
import { aPersonWithKey, type E2ePerson, loginOperator } from './people.ts';
import { preparePython } from './python-environment.ts';
import { offerModel, type Upstream } from './quick-upstream.ts';

const folder = fileURLToPath(new URL('./', import.meta.url));
let server: OwnServer;
let upstream: Upstream;
let operator: Client;
let person: E2ePerson;
let poor: E2ePerson;

/** Models whose servers speak one protocol alone. */
const models = { messages: ['messages'], chat: ['chat'], responses: ['responses'] } as const;

beforeAll(async () => {
  upstream = await agentUpstream();
  server = await startServer({ environment: { CANDOR_MODEL: 'none' } });
  operator = await loginOperator(server);
  for (const [name, protocols] of Object.entries(models))
    await offerModel(operator, upstream, name, 1, 1, protocols);
  person = await aPersonWithKey(server, operator, 5_000_000);
  poor = await aPersonWithKey(server, operator, 0);
  await person.client.until('the models', async () => {
    const answer = await fetch(`${server.url}/v1/models`, { headers: { 'x-api-key': person.secret } });
    const listed = await answer.text();
    return Object.keys(models).every((name) => listed.includes(`"${name}"`));
  });
});
afterAll(async () => {
  await server.stop();
  upstream.close();
});

/** The model server answers in this process, so the check must not block it. */
async function check([program = '', ...parameters]: readonly string[], model: string): Promise<string> {
  const child = spawn(program, [...parameters, server.url, person.secret, poor.secret, model]);
  const [stdout, stderr, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  expect(stdout + stderr).not.toContain('broken');
  expect(status, stderr).toBe(0);
  return stdout;
}

const node = process.execPath;
/** The clients, each with the number of promises it must find kept. */
const clients = [
  [
    "Anthropic's package for Node",
    () => [node, join(folder, 'node', 'check-anthropic.mjs'), prepareNode()],
    13,
  ],
  [
    "Anthropic's package for Python",
    () => [preparePython(), join(folder, 'python', 'check_anthropic.py')],
    12,
  ],
  ["OpenAI's package for Node, by Responses", () => [node, join(folder, 'node', 'check-responses.mjs')], 13],
  [
    "OpenAI's package for Python, by Responses",
    () => [preparePython(), join(folder, 'python', 'check_responses.py')],
    13,
  ],
] as const;

for (const model of Object.keys(models)) {
  for (const [name, command, promises] of clients) {
    test(`${name} works unchanged in front of a server that speaks ${model}`, async () => {
      const printed = await check(command(), model);
      expect(printed.match(/^kept/gm)).toHaveLength(promises);
    });
  }
}
