import fc from 'fast-check';
import { expect, test } from 'vitest';
import { foldMeters } from '../../declare/meter.ts';
import type { UnitPrice } from '../../kernel/money.ts';
import { completePrices } from '../catalog/index.ts';
import { billableTokens, chargeMicros, isFree, usageLines } from './meter-request.ts';
import { meters } from './meters.ts';
import { allInputTokens, allOutputTokens, allTokens, textUsage, usageOf } from './usage.ts';

const price = fc.record({
  micros: fc.bigInt(0n, 5_000_000n),
  perUnits: fc.constantFrom(1n, 1000n, 1_000_000n),
});
const tokens = fc.nat(200_000);
const usages = fc.record({
  inputTokens: tokens,
  cachedInputTokens: tokens,
  cacheWriteTokens: tokens,
  audioInputTokens: tokens,
  outputTokens: tokens,
  reasoningTokens: tokens,
  audioOutputTokens: tokens,
});
const priceLists = fc
  .tuple(...meters.map(() => price))
  .map(
    (prices) =>
      new Map(meters.map(({ name }, index) => [name, prices[index] ?? { micros: 0n, perUnits: 1n }])),
  );

test('what is billed never costs more than is held, is what was used when that fits, and is not less than it must be', () => {
  fc.assert(
    fc.property(usages, priceLists, fc.bigInt(0n, 10_000_000n), (usage, prices, extraMicros) => {
      // A call of nothing is free, and the money held pays for a call at least.
      const heldMicros = (prices.get('gateway.calls')?.micros ?? 0n) + extraMicros;
      const billed = billableTokens(usage, prices, heldMicros);
      expect(chargeMicros(billed, prices)).toBeLessThanOrEqual(heldMicros);
      for (const part of Object.keys(usage) as (keyof typeof usage)[])
        expect(billed[part]).toBeLessThanOrEqual(usage[part]);
      if (chargeMicros(usage, prices) <= heldMicros) expect(billed).toEqual(usage);
      else if (billed.outputTokens < usage.outputTokens && allInputTokens(billed) === allInputTokens(usage)) {
        expect(chargeMicros({ ...billed, outputTokens: billed.outputTokens + 1 }, prices)).toBeGreaterThan(
          heldMicros,
        );
      }
    }),
  );
});

test('the lines of a call add up to its charge, and what has no price of its own costs what its parent does', () => {
  fc.assert(
    fc.property(usages, fc.record({ input: price, output: price }), (usage, { input, output }) => {
      const published = [
        { meter: 'gateway.input-tokens', ...input },
        { meter: 'gateway.output-tokens', ...output },
      ];
      const prices = completePrices(foldMeters(meters), published, 'chat');
      if (prices === null) throw new Error('both are priced');
      const lines = usageLines(usage, prices);
      expect(lines.reduce((sum, line) => sum + line.chargeMicros, 0n)).toBe(chargeMicros(usage, prices));
      expect(lines.every((line) => line.chargeMicros >= 0n && line.quantity > 0)).toBe(true);
      const total = lines.reduce(
        (sum, line) => sum + (line.meter === 'gateway.calls' ? 0 : line.quantity),
        0,
      );
      expect(total).toBe(allTokens(usage));
      expect(chargeMicros(usage, prices)).toBe(
        chargeBeforeMeters(allInputTokens(usage), allOutputTokens(usage), { input, output }),
      );
    }),
    { numRuns: 500 },
  );
});

/** What a call cost in the release before meters, as it stood there. */
function chargeBeforeMeters(
  inputTokens: number,
  outputTokens: number,
  of: Record<'input' | 'output', UnitPrice>,
) {
  let numerator = 0n;
  let denominator = 1n;
  for (const [quantity, price] of [
    [inputTokens, of.input],
    [outputTokens, of.output],
  ] as const) {
    numerator = numerator * price.perUnits + BigInt(quantity) * price.micros * denominator;
    denominator *= price.perUnits;
  }
  return (numerator + denominator - 1n) / denominator;
}

const detail = fc.oneof(fc.nat(300_000), fc.constantFrom(undefined, null, -1, 1.5, 'many'));

test('whatever an upstream says of the parts, each token is counted once and the parts are the total', () => {
  const details = fc.record({
    cached_tokens: detail,
    cache_write_tokens: detail,
    audio_tokens: detail,
    reasoning_tokens: detail,
  });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 200_000 }), tokens, details, (input, output, parts) => {
      const usage = usageOf({
        prompt_tokens: input,
        completion_tokens: output,
        prompt_tokens_details: parts,
        completion_tokens_details: parts,
      });
      if (usage === null) throw new Error('was reported');
      expect(Object.values(usage).every((count: number) => count >= 0)).toBe(true);
      expect([allInputTokens(usage), allOutputTokens(usage)]).toEqual([input, output]);
      if (
        typeof parts.cached_tokens === 'number' &&
        Number.isInteger(parts.cached_tokens) &&
        parts.cached_tokens >= 0
      )
        expect(usage.cachedInputTokens).toBe(Math.min(parts.cached_tokens, input));
    }),
    { numRuns: 500 },
  );
});

/** Whole micro-yuan a token, and for each call. */
function pricesOf(of: { call?: bigint; input: bigint; output: bigint }) {
  const each = (meter: string, micros: bigint) => ({ meter, micros, perUnits: 1n });
  const published = [
    each('gateway.calls', of.call ?? 0n),
    each('gateway.input-tokens', of.input),
    each('gateway.output-tokens', of.output),
  ];
  const prices = completePrices(foldMeters(meters), published, 'chat');
  if (prices === null) throw new Error('both are priced');
  return prices;
}

test('a call is charged once, whatever it used, and one that used nothing costs nothing', () => {
  const prices = pricesOf({ call: 5n, input: 1n, output: 2n });
  const linesOf = (read: number, written: number) =>
    usageLines(textUsage(read, written), prices).map(({ meter, quantity, chargeMicros }) => [
      meter,
      quantity,
      chargeMicros,
    ]);
  expect(linesOf(1, 0)).toEqual([
    ['gateway.calls', 1, 5n],
    ['gateway.input-tokens', 1, 1n],
  ]);
  expect(linesOf(3, 4)).toEqual([
    ['gateway.calls', 1, 5n],
    ['gateway.input-tokens', 3, 3n],
    ['gateway.output-tokens', 4, 8n],
  ]);
  expect(linesOf(0, 0)).toEqual([['gateway.calls', 1, 0n]]);
});

test('money that does not suffice pays for what was read first, to the last token', () => {
  const prices = pricesOf({ input: 1n, output: 1000n });
  for (let micros = 0; micros <= 20; micros += 1)
    expect(billableTokens(textUsage(20, 5), prices, BigInt(micros))).toEqual(textUsage(micros, 0));
  expect(billableTokens(textUsage(20, 5), prices, 3019n)).toEqual(textUsage(20, 2));
  expect(billableTokens(textUsage(20, 5), prices, 3020n)).toEqual(textUsage(20, 3));
});

test('a price that lacks one of our meters is a mistake of ours, and free is only what costs nothing of any', () => {
  const all = pricesOf({ input: 1n, output: 2n });
  const prices = new Map([...all].filter(([meter]) => meter !== 'gateway.input-tokens'));
  expect(() => chargeMicros(textUsage(1, 1), prices)).toThrow(
    'a price without gateway.input-tokens was loaded',
  );
  expect(isFree(pricesOf({ input: 0n, output: 0n }))).toBe(true);
  expect(isFree(pricesOf({ input: 0n, output: 1n }))).toBe(false);
  expect(isFree(pricesOf({ call: 1n, input: 0n, output: 0n }))).toBe(false);
});
