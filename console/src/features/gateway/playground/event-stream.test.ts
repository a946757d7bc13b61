import { expect, test } from 'vitest';
import { createEventReader } from './event-stream.ts';

test('events are whole however the stream is cut', () => {
  const stream = 'data: {"a":1}\n\n: comment\n\ndata: {"b":"你好"}\n\ndata: [DONE]\n\n';
  for (let size = 1; size <= stream.length; size += 1) {
    const read = createEventReader();
    const seen: string[] = [];
    for (let at = 0; at < stream.length; at += size) seen.push(...read(stream.slice(at, at + size)));
    expect(seen).toEqual(['{"a":1}', '{"b":"你好"}', '[DONE]']);
  }
});

test('an unfinished event is held back', () => {
  const read = createEventReader();
  expect(read('data: half')).toEqual([]);
  expect(read('\n\n')).toEqual(['half']);
});
