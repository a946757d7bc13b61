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

/** A model whose server speaks Messages, and one whose server speaks chat completions alone. */
const models = { native: ['messages'], converted: ['chat'] } as const;

beforeAll(async () => {
  upstream = await agentUpstream();
  server = await startServer({ environment: { CANDOR_MODEL: 'none' } });
  operator = await loginOperator(server);
  for (const [name, protocols] of Object.entries(models))
    await offerModel(operator, upstream, name, 1, 1, protocols);
  person = await aPersonWithKey(server, operator, 5_000_000);
  poor = await aPersonWithKey(server, operator, 0);
  await person.client.until('both models', async () => {
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
async function check(program: string, parameters: readonly string[], model: string): Promise<string> {
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

for (const model of Object.keys(models)) {
  test(`Anthropic's official package for Node works unchanged: ${model}`, async () => {
    const printed = await check(
      process.execPath,
      [join(folder, 'node', 'check-anthropic.mjs'), prepareNode()],
      model,
    );
    expect(printed.match(/^kept/gm)).toHaveLength(12);
  });

  test(`Anthropic's official package for Python works unchanged: ${model}`, async () => {
    const printed = await check(preparePython(), [join(folder, 'python', 'check_anthropic.py')], model);
    expect(printed.match(/^kept/gm)).toHaveLength(11);
  });
}
