import { expect, test } from 'vitest';
import { pickRoute } from './pick-route.ts';
import type { Route } from './upstream-directory.ts';
import { createUpstreamHealth } from './upstream-health.ts';

function route(name: string, priority: number, weight: number): Route {
  return {
    upstream: { id: name, health: createUpstreamHealth() },
    upstreamModel: name,
    priority,
    weight,
  } as Route;
}

/** The same numbers in [0, 1) each time (a linear congruential generator). */
function numbers(): () => number {
  let state = 1;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

const untried: ReadonlySet<Route> = new Set();

test('inside a priority the requests are shared by weight, and a later priority gets none while the first is well', () => {
  const routes = [route('a', 1, 3), route('b', 1, 1), route('later', 2, 1000)];
  const random = numbers();
  const counts = new Map<string, number>();
  for (let turn = 0; turn < 10_000; turn += 1) {
    const name = pickRoute(routes, untried, 0, random)?.upstreamModel ?? '';
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  expect(counts.get('a')).toBeGreaterThan(7_300);
  expect(counts.get('a')).toBeLessThan(7_700);
  expect([...counts.keys()].sort()).toEqual(['a', 'b']);
});

test('a server that is busier than its weight says is passed over for another of its priority', () => {
  const [a, b] = [route('a', 1, 3), route('b', 1, 1)];
  for (let request = 0; request < 4; request += 1) a.upstream.health.started();
  b.upstream.health.started();
  // Four requests at weight three are more than one at weight one.
  expect(pickRoute([a, b], untried, 0, () => 0)).toBe(b);
  a.upstream.health.ended();
  a.upstream.health.ended();
  expect(pickRoute([a, b], untried, 0, () => 0.99)).toBe(a);
});

test('the next priority is asked when all before it rest or were tried, and of those that rest the one that is back first', () => {
  const [a, b, later] = [route('a', 1, 1), route('b', 1, 1), route('later', 2, 1)];
  const routes = [a, b, later];
  const failure = { reason: 'status_500', upstreamCode: null };
  a.upstream.health.failed('a', 0, failure);
  expect(pickRoute(routes, untried, 1, () => 0)).toBe(b);
  expect(pickRoute(routes, new Set([b]), 1, () => 0)).toBe(later);
  b.upstream.health.failed('b', 500, failure);
  expect(pickRoute(routes, untried, 501, () => 0)).toBe(later);
  later.upstream.health.failed('later', 400, failure);
  expect(pickRoute(routes, untried, 501, () => 0)).toBe(a);
  expect(pickRoute(routes, untried, 2_001, () => 0)).toBe(a);
  expect(pickRoute(routes, new Set(routes), 0)).toBeNull();
});
