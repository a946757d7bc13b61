import { expect } from 'vitest';
import { createLog } from './log.ts';
import { networkOf, normaliseAddress, watchForUndeclaredProxy } from './client-address.ts';
import { parseConfig } from '../config/config.ts';
import { testConfig } from '../testing/test-config.ts';
import { buildTestApp, type Database, test, type TestClock } from '../testing/test.ts';

test('an address has one form, and what is no IP literal is none', () => {
  expect(normaliseAddress('::ffff:203.0.113.7')).toBe('203.0.113.7');
  expect(normaliseAddress('2001:DB8:0:0::1')).toBe('2001:db8::1');
  expect(normaliseAddress('fe80::1%eth0')).toBe('fe80::1');
  for (const text of ['', 'localhost', '203.0.113.7:443', '203.0.113', '<script>', '127.0.0.1, 10.0.0.1'])
    expect([text, normaliseAddress(text)]).toEqual([text, undefined]);
});

test('the setting takes a number of proxies or their networks, and nothing else', () => {
  const parse = (value: string) => parseConfig({ CANDOR_TRUST_PROXY: value }).trustProxy;
  expect([parse('false'), parse('1'), parse('10.0.0.0/8,::1')]).toEqual([false, 1, ['10.0.0.0/8', '::1']]);
  for (const value of ['true', '0', 'proxy.example.com', '10.0.0.0/99', '-1', '1.5'])
    expect(() => parse(value)).toThrow('CANDOR_TRUST_PROXY');
});

async function addressSeen(
  database: Database,
  clock: TestClock,
  trustProxy: false | number | string[],
  forwarded: string,
): Promise<string> {
  const app = await buildTestApp(database, clock, createLog('silent'), { ...testConfig, trustProxy });
  let seen = '';
  app.addHook('onRequest', async (request) => {
    seen = request.ctx.client?.ip ?? '';
  });
  try {
    const headers = { 'x-forwarded-for': forwarded };
    await app.inject({ url: '/healthz', remoteAddress: '10.0.0.2', headers });
    return seen;
  } finally {
    await app.close();
  }
}

test('only what a declared proxy adds counts: a caller cannot write the address they come from', async ({
  database,
  clock,
}) => {
  const seen = (trust: false | number | string[], forwarded: string) =>
    addressSeen(database, clock, trust, forwarded);
  expect(await seen(false, '198.51.100.9')).toBe('10.0.0.2');
  expect(await seen(1, '6.6.6.6, 198.51.100.9')).toBe('198.51.100.9');
  expect(await seen(['10.0.0.0/8'], '6.6.6.6, 198.51.100.9')).toBe('198.51.100.9');
  expect(await seen(['192.0.2.0/24'], '198.51.100.9')).toBe('10.0.0.2');
  expect(await seen(1, 'not-an-address')).toBe('10.0.0.2');
  expect(await seen(1, '::ffff:198.51.100.9')).toBe('198.51.100.9');
});

test('an undeclared proxy is reported once', () => {
  let warnings = 0;
  const watch = watchForUndeclaredProxy(() => {
    warnings += 1;
  });
  const request = (headers: object, ips?: string[]) => ({ headers, ips }) as Parameters<typeof watch>[0];
  watch(request({}));
  watch(request({ 'x-forwarded-for': '198.51.100.9' }, ['10.0.0.2', '198.51.100.9']));
  expect(warnings).toBe(0);
  for (let time = 0; time < 3; time += 1) watch(request({ 'x-forwarded-for': '198.51.100.9' }));
  expect(warnings).toBe(1);
});

test('the server warns once of a proxy that the settings do not name, and not of one they name', async ({
  database,
  clock,
}) => {
  const warningsWith = async (trustProxy: false | number) => {
    const lines: string[] = [];
    const log = createLog('warn', { write: (line) => void lines.push(line) });
    const app = await buildTestApp(database, clock, log, { ...testConfig, trustProxy });
    try {
      for (let time = 0; time < 2; time += 1)
        await app.inject({ url: '/healthz', headers: { 'x-forwarded-for': '198.51.100.9' } });
      return lines.filter((line) => line.includes('CANDOR_TRUST_PROXY')).length;
    } finally {
      await app.close();
    }
  };
  expect([await warningsWith(false), await warningsWith(1)]).toEqual([1, 0]);
});

test('a household is one network, however many addresses of its /64 it uses', () => {
  const same = ['2001:db8:0:7::1', '2001:db8:0:7:ffff::9', '2001:DB8::7:1:2:3:4'];
  expect(new Set(same.map(networkOf))).toEqual(new Set(['2001:db8:0:7']));
  expect(networkOf('2001:db8:0:8::1')).not.toBe(networkOf('2001:db8:0:7::1'));
  expect([networkOf('::ffff:203.0.113.7'), networkOf('203.0.113.8')]).toEqual(['203.0.113.7', '203.0.113.8']);
});
