import { expect, test } from 'vitest';
import { scriptedServer } from './testing/scripted-server.ts';
import { TransitClient } from './transit-client.ts';

const call = { method: 'POST', path: 'decrypt/key', body: { ciphertext: 'x' } } as const;
const good = { status: 200, body: '{"data":{"plaintext":"y"}}' };

test('a request carries the token of the moment, its body and the place where the engine is mounted', async () => {
  const { asked, client } = await scriptedServer([good]);
  const tokens = ['first', 'second'];
  const kms = client({ mount: 'keys/of/candor', token: () => tokens.shift() ?? '' });
  expect(await kms.get(call)).toEqual({ plaintext: 'y' });
  await kms.get({ method: 'GET', path: 'keys/key' });
  expect(asked).toEqual([
    { method: 'POST', url: '/v1/keys/of/candor/decrypt/key', token: 'first', body: '{"ciphertext":"x"}' },
    { method: 'GET', url: '/v1/keys/of/candor/keys/key', token: 'second', body: '' },
  ]);
});

test.for([408, 429, 500, 503])(
  'status %s passes, so the request is sent again, as often as is said',
  async (status) => {
    const { asked, waitsMs, client } = await scriptedServer([{ status }]);
    await expect(client({ attempts: 3 }).find(call)).rejects.toMatchObject({
      code: 'kms-unavailable',
      message: `POST decrypt/key: status ${status}`,
    });
    expect([asked.length, waitsMs.length]).toEqual([3, 2]);
  },
);

test('a request that must not happen twice is sent once', async () => {
  const { asked, client } = await scriptedServer([{ status: 503 }]);
  await expect(client().find({ ...call, isRepeatable: false })).rejects.toMatchObject({
    code: 'kms-unavailable',
  });
  expect(asked).toHaveLength(1);
});

test.for([400, 403, 405, 499])(
  'status %s is final, with the words of the server, shortened',
  async (status) => {
    const { asked, client } = await scriptedServer([
      { status, body: JSON.stringify({ errors: ['no', 'x'.repeat(300)] }) },
    ]);
    await expect(client().find(call)).rejects.toMatchObject({
      code: 'kms-refused',
      message: `POST decrypt/key: status ${status} no; ${'x'.repeat(196)}`,
    });
    expect(asked).toHaveLength(1);
  },
);

test.for(['<html>', '[]', 'null', '5', '{"errors":"text"}', ''])(
  'an error without a list of errors is its status: %s',
  async (body) => {
    const { client } = await scriptedServer([{ status: 400, body }]);
    await expect(client().find(call)).rejects.toThrow(/: status 400$/);
  },
);

test('a path that the server does not know is nothing, or refused where it must be there', async () => {
  const { client } = await scriptedServer([{ status: 404, body: '{"errors":[]}' }]);
  expect(await client().find(call)).toBeUndefined();
  await expect(client().get(call)).rejects.toMatchObject({
    code: 'kms-refused',
    message: 'POST decrypt/key: not found',
  });
});

test.for(['', '{}', '[]', '5', '{"data":5}', '{"data":null}', '{"data":[]}'])(
  'an answer without data has none: %s',
  async (body) => {
    const { client } = await scriptedServer([{ status: 200, body }]);
    expect(await client().find(call)).toEqual({});
  },
);

test('an answer that was cut short is asked for again', async () => {
  const { asked, client } = await scriptedServer([{ status: 200, body: '{"data":{"plain' }, good]);
  expect(await client().find(call)).toEqual({ plaintext: 'y' });
  expect(asked).toHaveLength(2);
});

test('a server that says when to come again is obeyed, within reason', async () => {
  const wait = async (retryAfter: string) => {
    const { waitsMs, client } = await scriptedServer([
      { status: 429, headers: { 'retry-after': retryAfter } },
      good,
    ]);
    await client().find(call);
    return waitsMs[0] ?? 0;
  };
  expect(await wait('2')).toBe(2_000);
  expect(await wait('60')).toBe(5_000);
  for (const nonsense of ['0', 'Wed, 21 Oct 2026 07:28:00 GMT']) {
    expect(await wait(nonsense)).toBeGreaterThanOrEqual(50);
    expect(await wait(nonsense)).toBeLessThanOrEqual(100);
  }
});

test('a server that cannot be reached is named by what went wrong, and asked five times unless said', async () => {
  const waitsMs: number[] = [];
  const options = { token: () => 'a token', sleep: async (ms: number) => void waitsMs.push(ms) };
  const away = new TransitClient({ ...options, address: 'http://127.0.0.1:1' });
  await expect(away.find(call)).rejects.toThrow('POST decrypt/key: fetch failed');
  expect(waitsMs).toHaveLength(4);
});

test('waits double from a twentieth to a tenth of a second on', async () => {
  const { waitsMs, client } = await scriptedServer([{ status: 500 }]);
  await expect(client({ attempts: 4 }).find(call)).rejects.toMatchObject({ code: 'kms-unavailable' });
  for (const [index, waitMs] of waitsMs.entries()) {
    expect(waitMs).toBeGreaterThanOrEqual(50 * 2 ** index);
    expect(waitMs).toBeLessThanOrEqual(100 * 2 ** index);
  }
});

test('a redirect is not followed: the token would go to a server that is not configured', async () => {
  const other = await scriptedServer([good]);
  const { client } = await scriptedServer([{ status: 307, headers: { location: other.address } }]);
  await expect(client({ attempts: 1 }).find(call)).rejects.toMatchObject({ code: 'kms-unavailable' });
  expect(other.asked).toEqual([]);
});

test('only the loopback interface is reached without encryption', () => {
  const open = (address: string) => () => new TransitClient({ address, token: () => 'a token' });
  for (const address of [
    'https://kms.example',
    'http://localhost:8200',
    'http://[::1]:8200',
    'http://127.1.2.3',
  ])
    expect(open(address)).not.toThrow();
  for (const address of [
    'http://kms.example',
    'http://127.0.0.1.example',
    'http://10.0.0.1',
    'http://1127.0.0.1.cn',
  ])
    expect(open(address)).toThrow('must be reached over https');
});
