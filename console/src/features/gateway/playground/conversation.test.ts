import { expect, test } from 'vitest';
import { messagesOf, nextTurns, type ConversationEvent, type Turn } from './conversation.ts';

function play(...events: ConversationEvent[]): Turn[] {
  return events.reduce<Turn[]>(nextTurns, []);
}

const asked: ConversationEvent = { kind: 'asked', text: 'Hi', modelId: 'm' };
const answered: ConversationEvent[] = [
  { kind: 'text', text: 'Hel' },
  { kind: 'text', text: 'lo' },
  { kind: 'ended', state: 'done', usage: { inputTokens: 1, outputTokens: 2 }, durationMs: 5 },
];

test('an answer grows as it streams and ends with its tokens', () => {
  const turns = play(asked, ...answered);
  expect(turns.at(-1)).toMatchObject({
    text: 'Hello',
    state: 'done',
    usage: { inputTokens: 1, outputTokens: 2 },
  });
});

test('regenerating replaces the last answer and asks the same question', () => {
  const turns = play(asked, ...answered, { kind: 'retried', modelId: 'n' });
  expect(turns).toHaveLength(2);
  expect(messagesOf(turns, '')).toEqual([{ role: 'user', content: 'Hi' }]);
});

test('the system prompt comes first and earlier answers are sent along', () => {
  const turns = play(asked, ...answered, { kind: 'asked', text: 'More', modelId: 'm' });
  expect(messagesOf(turns, ' Be brief ')).toEqual([
    { role: 'system', content: 'Be brief' },
    { role: 'user', content: 'Hi' },
    { role: 'assistant', content: 'Hello' },
    { role: 'user', content: 'More' },
  ]);
});

test('clearing forgets everything', () => {
  expect(play(asked, ...answered, { kind: 'cleared' })).toEqual([]);
});
