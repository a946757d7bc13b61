import { expect, test } from 'vitest';
import { secondsText, tokensPerSecond } from './speed.ts';

const line = (meter: string, quantity: number) => ({ meter, unit: 'token', quantity, chargeMicros: 0 });
const lines = [
  line('gateway.calls', 1),
  line('gateway.input-tokens', 500),
  line('gateway.output-tokens', 90),
  line('gateway.reasoning-tokens', 10),
];

test('the speed of an answer counts what was written, from its first piece on, and is not said of what came at once', () => {
  expect(tokensPerSecond({ lines, durationMs: 2500, firstByteMs: 500 })).toBe(50);
  expect(tokensPerSecond({ lines, durationMs: 2000, firstByteMs: null })).toBe(50);
  expect(tokensPerSecond({ lines, durationMs: 30_000, firstByteMs: 0 })).toBe(3.3);
  expect(tokensPerSecond({ lines, durationMs: 519, firstByteMs: 500 })).toBeUndefined();
  expect(tokensPerSecond({ lines, durationMs: 520, firstByteMs: 500 })).toBe(5000);
  expect(tokensPerSecond({ lines: lines.slice(0, 2), durationMs: 900, firstByteMs: null })).toBeUndefined();
  expect(secondsText(1234)).toBe('1.23 s');
});
