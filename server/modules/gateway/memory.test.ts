import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { createTestClock } from '../../testing/test.ts';
import { createAdmission } from './admission.ts';
import { createCachedValue } from './cached-value.ts';
import { createDrains } from './drains.ts';
import { createKeyMeter } from './key-meter.ts';
import { pickRoute } from './pick-route.ts';
import type { Route } from './upstream-directory.ts';
import { createUpstreamHealth } from './upstream-health.ts';

const start = new Date('2026-11-02T00:00:00Z');

test('a cached value is loaded once for many, again after a change, and in the background when it is old', async () => {
  const clock = createTestClock(start);
  let loads = 0;
  const value = createCachedValue(clock, async () => (loads += 1));
  expect(await Promise.all([value.get(), value.get(), value.get()])).toEqual([1, 1, 1]);
  expect(value.get()).toBe(1);
  value.invalidate();
  expect(await value.get()).toBe(2);
  clock.advanceMs(30_001);
  expect(value.get()).toBe(2);
  await expect.poll(() => value.get()).toBe(3);
});

test('a change during loading is not missed', async () => {
  let source = 'old';
  let release = () => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  let loads = 0;
  const value = createCachedValue(createTestClock(start), async () => {
    const read = source;
    if ((loads += 1) === 1) await gate;
    return read;
  });
  const first = value.get();
  source = 'new';
  value.invalidate();
  release();
  expect(await first).toBe('new');
  expect(await value.get()).toBe('new');
});

test('while its source is away an old value serves for two minutes, then nothing does', async () => {
  const clock = createTestClock(start);
  let isAway = false;
  const value = createCachedValue(clock, () =>
    isAway ? Promise.reject(new Error('away')) : Promise.resolve('prices'),
  );
  await value.get();
  isAway = true;
  clock.advanceMs(119_000);
  expect(await value.get()).toBe('prices');
  clock.advanceMs(2_000);
  await expect(value.get()).rejects.toThrow('away');
});

function aResponse(): ServerResponse {
  return new EventEmitter() as unknown as ServerResponse;
}

const roomy = { process: 1000, arriving: 1000, bodyBytes: 1000 };

test('too many requests of one customer, or of all, are refused until one is over', () => {
  const admission = createAdmission({ ...roomy, process: 8 });
  const responses: ServerResponse[] = [];
  const serve = (tenantId: string) => {
    const response = aResponse();
    admission.enter({ tenantId, network: tenantId }, response).startServing();
    responses.push(response);
  };
  for (const tenant of ['a', 'a']) serve(tenant);
  expect(() => serve('a')).toThrow(/Too many/);
  responses[0]?.emit('close');
  for (const tenant of ['a', 'b']) serve(tenant);
  expect(admission.inFlight).toBe(3);
  for (const response of responses.slice(1)) response.emit('close');
  expect(admission.inFlight).toBe(0);
});

test('a body takes the room of the bytes that arrived, and gives it back', () => {
  const admission = createAdmission(roomy);
  const response = aResponse();
  const entry = admission.enter({ tenantId: 'a', network: '192.0.2.1' }, response);
  entry.arrived(200);
  expect(() => entry.arrived(200)).toThrow(/Too many/);
  response.emit('close');
  admission.enter({ tenantId: 'a', network: '192.0.2.1' }, aResponse()).arrived(250);
});

test('customers that take all they can, however many, leave room for the next; one address does too', () => {
  const admission = createAdmission(roomy);
  const fill = (tenantId: string, network: string) => {
    try {
      for (;;) admission.enter({ tenantId, network }, aResponse()).arrived(10);
    } catch {
      // Refused: it has its share.
    }
  };
  for (let greedy = 0; greedy < 6; greedy += 1) fill(`greedy-${greedy}`, `192.0.2.${greedy}`);
  admission.enter({ tenantId: 'modest', network: '198.51.100.1' }, aResponse()).arrived(40);

  const oneAddress = createAdmission(roomy);
  for (let greedy = 0; greedy < 20; greedy += 1) {
    try {
      for (;;)
        oneAddress.enter({ tenantId: `greedy-${greedy}`, network: '192.0.2.1' }, aResponse()).arrived(10);
    } catch {
      // Refused: it has its share.
    }
  }
  oneAddress.enter({ tenantId: 'modest', network: '198.51.100.1' }, aResponse()).arrived(100);
});

test('tokens of a key are held once: as reserved, then as used, until they are in the books', () => {
  const meter = createKeyMeter();
  const of = (tokens: number) => ({ tokens, micros: tokens * 2 });
  meter.reserve('key', of(100));
  expect(meter.heldOf('key')).toEqual(of(100));
  meter.finish('key', of(100), of(40));
  expect(meter.heldOf('key')).toEqual(of(40));
  meter.settled('key', of(40));
  expect(meter.heldOf('key')).toEqual(of(0));
  expect(meter.heldOf('other')).toEqual(of(0));
});

test('requests go to the upstream that is well and has the least to do; one that failed rests, longer each time', () => {
  const routes = ['a', 'b'].map(
    (id) =>
      ({
        upstream: { id, health: createUpstreamHealth() },
        upstreamModel: id,
        weight: 1,
        priority: 1,
      }) as Route,
  );
  const [a, b] = routes as [Route, Route];
  const nothing = new Set<Route>();
  expect(pickRoute(routes, nothing, 0, () => 0)).toBe(a);
  a.upstream.health.started();
  expect(pickRoute(routes, nothing, 0)).toBe(b);
  const fault = { reason: 'status_500', upstreamCode: null };
  b.upstream.health.failed('b', 0, fault);
  expect(pickRoute(routes, nothing, 1_999)).toBe(a);
  expect(pickRoute(routes, nothing, 2_000)).toBe(b);
  b.upstream.health.failed('b', 2_000, fault);
  expect(b.upstream.health.coolsUntilMs('b')).toBe(6_000);
  expect(pickRoute(routes, new Set([a]), 2_001)).toBe(b);
  expect(pickRoute(routes, new Set(routes), 0)).toBeNull();
  b.upstream.health.succeeded('b', 3_000);
  expect(pickRoute(routes, nothing, 3_000)).toBe(b);
  a.upstream.health.ended();
  expect(a.upstream.health.inFlight).toBe(0);
});

test('no more answers are read without a caller than there are places, and none beyond its bytes', () => {
  const drains = createDrains();
  const running = Array.from({ length: 64 }, () => drains.start(() => {}));
  expect(drains.start(() => {})).toBeNull();
  expect(running[0]?.take(1024 * 1024)).toBe(true);
  expect(running[0]?.take(1)).toBe(false);
  running[0]?.end();
  running[0]?.end();
  expect(drains.start(() => {})).not.toBeNull();
  expect(drains.start(() => {})).toBeNull();
  for (const drain of running) drain?.end();
});
