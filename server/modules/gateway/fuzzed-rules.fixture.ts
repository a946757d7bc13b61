import { expect } from 'vitest';
import { fuzzedStream } from './fuzzed-streams.fixture.ts';

/** What the books hold of one call, at ¥0.001 a token read and ¥0.002 a token written. */
export interface BookedCall {
  readonly outcome: string;
  readonly isEstimated: boolean;
  readonly chargeMicros: bigint;
}

/** One row for each stream, none for a request that was refused, and charged by the rule. */
export function expectRule(seed: number, rows: readonly BookedCall[], inputBytes: number): void {
  const { expected } = fuzzedStream(seed);
  const what = `stream ${seed}`;
  if (expected === null) {
    expect(rows.length, what).toBeLessThanOrEqual(1);
    for (const { chargeMicros, outcome } of rows) {
      expect(['completed', 'upstream_failed'], what).toContain(outcome);
      expect(chargeMicros, what).toBeGreaterThanOrEqual(0n);
      expect(chargeMicros, what).toBeLessThan(100_000_000n);
    }
    return;
  }
  const { outcome, reported, textBytes } = expected;
  const estimate = { read: Math.ceil(inputBytes / 3), written: Math.ceil(textBytes / 3) };
  const used = reported ?? (outcome === 'completed' ? estimate : { read: 0, written: 0 });
  expect(rows, what).toEqual(
    outcome === null
      ? []
      : [
          {
            outcome,
            isEstimated: outcome === 'completed' && reported === null,
            chargeMicros: BigInt(used.read) * 1000n + BigInt(used.written) * 2000n,
          },
        ],
  );
}

/** The client reads all of the answer and how it ended, and nothing of the upstream's own. */
export function expectProperEnd(
  seed: number,
  { status, body }: { readonly status: number; readonly body: string },
): void {
  const { expected } = fuzzedStream(seed);
  const what = `stream ${seed}: ${body}`;
  if (expected === null) {
    expect([200, 400, 429, 502], what).toContain(status);
    return;
  }
  expect(body, what).not.toMatch(/10\.0\.0\.5|vendor\/model/);
  if (!expected.isDelivered) {
    expect(status, what).toBe(expected.outcome === null ? 400 : 502);
    expect(JSON.parse(body), what).toHaveProperty('error.code');
    return;
  }
  expect(status, what).toBe(200);
  expect(body.endsWith('data: [DONE]\n\n'), what).toBe(expected.outcome === 'completed');
  const events = eventsIn(body).map(
    (data) => JSON.parse(data) as { error?: unknown; choices?: { delta?: { content?: string } }[] },
  );
  const text = events.flatMap(({ choices }) => choices ?? []).map(({ delta }) => delta?.content ?? '');
  expect(text.join(''), what).toBe(expected.text);
  expect(events.filter(({ error }) => error !== undefined && error !== null).length, what).toBe(
    expected.outcome === 'completed' ? 0 : 1,
  );
}

/** Data of the events, read line by line as the standard says. */
function eventsIn(body: string): string[] {
  const events: string[] = [];
  let data: string[] = [];
  for (const line of body.split(/\r\n|\r|\n/)) {
    if (line.startsWith('data:')) data.push(line.slice('data:'.length).replace(/^ /, ''));
    if (line !== '') continue;
    if (data.length > 0) events.push(data.join('\n'));
    data = [];
  }
  return events.filter((event) => event !== '[DONE]');
}
