import { expect } from 'vitest';
import { asSystem } from '../../kernel/context.ts';
import { test } from '../../testing/gateway.ts';
import { closeAccess } from '../identity/index.ts';

test('a person whose access was closed calls no model any more, although the gateway knew the key', async ({
  cloud,
}) => {
  const [leaves, stays] = [await cloud.customer(100_000_000n), await cloud.customer(100_000_000n)];
  const ask = ({ client }: typeof leaves) =>
    client.chat.completions
      .create({ model: cloud.modelId, messages: [{ role: 'user', content: 'hello' }] })
      .then(
        () => 'answered',
        (error: { status?: number }) => error.status,
      );
  expect([await ask(leaves), await ask(stays)]).toEqual(['answered', 'answered']);
  await closeAccess(asSystem(cloud.system, 'erasure'), leaves.person.user.id);
  await cloud.untilHeard();
  expect([await ask(leaves), await ask(stays)]).toEqual([401, 'answered']);
});
