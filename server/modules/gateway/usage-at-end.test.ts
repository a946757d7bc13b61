import { expect, test } from 'vitest';
import { createLog } from '../../kernel/log.ts';
import { readRequest } from './read-request.ts';
import type { ReplyReader } from './reply-reader.ts';
import type { Ending, Ticket } from './ticket.ts';
import { usageAtEnd } from './usage-at-end.ts';
import { textUsage, type TokenUsage } from './usage.ts';

// What a client is charged for, by how its request ended: the upstream's report, an estimate, or nothing.

const facts = {
  ...(await readRequest('chat/completions', Buffer.from('{"model":"m","messages":[],"max_tokens":50}'))),
  inputBytes: 300,
  mediaTokens: 7,
};
const nothing = { usage: textUsage(0, 0), isEstimated: false };
/** A token for every three bytes sent and delivered. */
const estimated = { usage: textUsage(107, 20), isEstimated: true };
const report = textUsage(12, 34);
const reported = { usage: report, isEstimated: false };

interface Reply {
  readonly report?: TokenUsage | null;
  readonly inputUsage?: TokenUsage | null;
  readonly textBytes?: number;
  readonly isDelivered?: boolean;
}

function at(outcome: Ending['outcome'], isWhole: boolean, reply: Reply | null, log = createLog('silent')) {
  const { report = null, inputUsage = null, textBytes = 60, isDelivered = true } = reply ?? {};
  const reader: ReplyReader = {
    phase: 'open',
    push: () => true,
    end: () => null,
    usage: () => report,
    inputUsage: () => inputUsage,
    textBytes: () => textBytes,
    hasDelivered: () => isDelivered,
    heldBytes: () => 0,
    outputTokensSoFar: () => 0,
  };
  // Guarantee: of a ticket, only these are looked at.
  const ticket = { requestId: 'req_1', facts, model: { contextTokens: 1000 } } as unknown as Ticket;
  return usageAtEnd({ ticket, upstreamId: 'up_1', log }, reply === null ? null : reader, {
    outcome,
    isWhole,
  });
}

const outcomes: Ending['outcome'][] = [
  'completed',
  'client_gone',
  'upstream_failed',
  'stopped',
  'balance_exhausted',
];

test('before anything came, nothing is charged, however it ended', () => {
  for (const outcome of outcomes) expect(at(outcome, true, null)).toEqual(nothing);
});

test('of an answer that is broken off only what was written is estimated, when the upstream has said what it read', () => {
  const inputUsage = { ...textUsage(5, 0), cachedInputTokens: 700 };
  const usage = { ...inputUsage, outputTokens: 20 };
  for (const outcome of ['client_gone', 'stopped', 'balance_exhausted'] as const)
    expect(at(outcome, false, { inputUsage })).toEqual({ usage, isEstimated: true });
  expect(at('upstream_failed', false, { inputUsage })).toEqual(nothing);
  const beyond = { ...textUsage(900, 0), cachedInputTokens: 900 };
  expect(at('stopped', false, { inputUsage: beyond }).usage).toEqual({
    ...textUsage(900, 20),
    cachedInputTokens: 100,
  });
});

test('a report is charged when the answer is whole, or when something of it was delivered', () => {
  for (const outcome of outcomes) {
    expect(at(outcome, true, { report, isDelivered: false })).toEqual(reported);
    expect(at(outcome, false, { report, isDelivered: true })).toEqual(reported);
    expect(at(outcome, false, { report, isDelivered: false, textBytes: 0 }), outcome).toEqual(
      outcome === 'completed' ? { usage: textUsage(107, 0), isEstimated: true } : nothing,
    );
  }
});

test('without a report what was delivered is estimated, but for an upstream that failed: its answer is given away', () => {
  for (const outcome of outcomes) {
    expect(at(outcome, false, {}), outcome).toEqual(outcome === 'upstream_failed' ? nothing : estimated);
    expect(at(outcome, true, { isDelivered: false }), outcome).toEqual(
      outcome === 'completed' ? estimated : nothing,
    );
  }
});

test('a server that says it wrote nothing, although text was read, has not counted', () => {
  const silent = textUsage(12, 0);
  expect(at('completed', true, { report: silent })).toEqual(estimated);
  expect(at('completed', true, { report: silent, textBytes: 1 })).toEqual({
    usage: textUsage(107, 1),
    isEstimated: true,
  });
  expect(at('completed', true, { report: silent, textBytes: 0 })).toEqual({
    usage: silent,
    isEstimated: false,
  });
});

test('more than the model can read and was asked to write is not charged, and the operator reads which upstream said it', () => {
  const lines: string[] = [];
  const log = createLog('warn', { write: (line) => void lines.push(line) });
  expect(at('completed', true, { report: textUsage(5000, 900) }, log)).toEqual({
    usage: textUsage(1000, 50),
    isEstimated: false,
  });
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    requestId: 'req_1',
    upstream: 'up_1',
    contextTokens: 1000,
  });
});

test('a bound that the upstream does not know makes nothing free that was delivered, and is no news', () => {
  const lines: string[] = [];
  const log = createLog('warn', { write: (line) => void lines.push(line) });
  expect(at('completed', true, { report: textUsage(12, 90), textBytes: 300 }, log)).toEqual({
    usage: textUsage(12, 90),
    isEstimated: false,
  });
  expect(at('completed', true, { report: textUsage(12, 50) }, log).usage).toEqual(textUsage(12, 50));
  expect(lines).toEqual([]);
});
