import { expect, test } from 'vitest';
import { percentOf, worstMargin } from './margin.ts';

test.each([
  [7_500, '75 %'],
  [1_250, '12.5 %'],
  [5, '0.05 %'],
  [0, '0 %'],
  [1_667, '16.67 %'],
])('%i hundredths of a percent are read as %s', (basisPoints, text) => {
  expect(percentOf(basisPoints)).toBe(text);
});

test('the margin of a model is that of its worst meter, and none where no meter has one', () => {
  const model = { modelId: 'm', upstreamModel: 'm', weight: 1, priority: 1, costs: [] };
  const margin = (marginBasisPoints: number | null) => ({ meter: 'x', price: null, marginBasisPoints });
  expect(worstMargin({ ...model, margins: [margin(7_500), margin(null), margin(-3)] })).toBe(-3);
  expect(worstMargin({ ...model, margins: [margin(null)] })).toBeUndefined();
});
