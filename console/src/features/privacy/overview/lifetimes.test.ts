import { expect, test } from 'vitest';
import { dayMs } from '../../../shared/time.ts';
import { horizonDays, positionOf, ticksFor } from './lifetimes.ts';

const base = { key: 'k', title: 'Calls', count: 3, colorIndex: 0, rule: '', firstAt: null };

test('the picture reaches as far as the last date, to a round span, and never less than half a year', () => {
  expect(horizonDays([{ ...base, lastAt: null }], 0)).toBe(182);
  expect(horizonDays([{ ...base, lastAt: 200 * dayMs }], 0)).toBe(365);
  expect(horizonDays([{ ...base, lastAt: 40 * 365 * dayMs }], 0)).toBe(40 * 365);
});

test('later is further right, the past is at the edge, nothing leaves the picture', () => {
  const places = [-5, 0, 1, 30, 365, 5000].map((days) => positionOf(days * dayMs, 0, 365));
  expect(places).toEqual([...places].sort((a, b) => a - b));
  expect([places[0], places[1], places.at(-1)]).toEqual([0, 0, 1]);
});

test('labels of the axis never touch', () => {
  for (const width of [120, 260, 700]) {
    const places = ticksFor(3650, width, 60).map((days) => positionOf(days * dayMs, 0, 3650) * width);
    for (const [index, place] of places.entries())
      expect(place - (places[index - 1] ?? 0)).toBeGreaterThanOrEqual(60);
  }
});
