import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import { createEventStream } from './event-stream.ts';
import { textUsage } from './usage.ts';

// An upstream may write an event in any way that the standard allows (WHATWG HTML §9.2.5), and the network may cut it
// anywhere: the client reads the same text, the usage is known, and the end is the protocol's.

const json = (value: object) => JSON.stringify(value);
const text = (content: string) => json({ choices: [{ index: 0, delta: { content }, finish_reason: null }] });
const role = json({
  choices: [{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }],
});
const finish = json({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });
const usageEvent = json({ choices: [], usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 } });

/** One data value as lines of an event, in every way that means the same. */
const writings: Readonly<Record<string, (data: string) => readonly string[]>> = {
  plain: (data) => [`data: ${data}`],
  'without the space': (data) => [`data:${data}`],
  'an id after the data': (data) => [`data: ${data}`, 'id: 7'],
  'an id before the data': (data) => ['id: 7', `data: ${data}`],
  'a name before the data': (data) => ['event: message', `data: ${data}`],
  'a name after the data': (data) => [`data: ${data}`, 'event: message'],
  'a retry time': (data) => ['retry: 3000', `data: ${data}`],
  'a comment before the data': (data) => [': still here', `data: ${data}`],
  'a comment after the data': (data) => [`data: ${data}`, ':data: {"error":{}}'],
  'unknown fields': (data) => ['datax: {"error":1}', `data: ${data}`, 'usage: 9'],
  'a field without a colon': (data) => ['id', `data: ${data}`, 'retry'],
  'two lines of data': (data) => cutAt(data, ',').map((part) => `data: ${part}`),
  'two lines of data around an id': (data) => {
    const [first = '', second] = cutAt(data, ',');
    return second === undefined ? [`data: ${first}`] : [`data: ${first}`, 'id: 7', `data:${second}`];
  },
  'a comment of its own before each': (data) => [': ping', '', `data: ${data}`],
  'a name of its own before each': (data) => ['event: ping', '', `data: ${data}`],
  'an empty event before each': (data) => ['', `data: ${data}`],
  'an id of its own before each': (data) => ['id: 7', '', `data: ${data}`],
  'spaces around the JSON': (data) => [`data:   ${data}  `],
  'data with a colon in it': (data) => [`data: ${data.replace('"choices"', '"object":"a: b","choices"')}`],
  'an event that says nothing of itself': (data) => [`data: ${data}`, ''],
};

const endings = { LF: '\n', CR: '\r', 'CR LF': '\r\n' };

describe.each(Object.entries(endings))('lines that end in %s', (_name, ending) => {
  test.each(Object.entries(writings))('%s', (_writing, write) => {
    const events = [role, text('Hel'), text('lo'), finish, usageEvent, '[DONE]'];
    const lines = events.flatMap((data) => [...write(data), '']);
    const bytes = Buffer.from(lines.map((line) => line + ending).join(''));
    for (const start of ['', '\ufeff'])
      for (const wantsUsage of [true, false])
        expectSameAtEveryCut(Buffer.concat([Buffer.from(start), bytes]), wantsUsage);
  });
});

function expectSameAtEveryCut(bytes: Buffer, wantsUsage: boolean): void {
  const expected = {
    content: 'Hello',
    usageEvents: wantsUsage ? 1 : 0,
    usage: textUsage(3, 2),
    phase: 'ended',
    isWhole: true,
    error: null,
  };
  const different = Array.from({ length: bytes.length + 1 }, (_, cut) => {
    const stream = createEventStream({
      wantsUsage,
      continuousUsage: false,
      choices: 1,
      modelId: 'm',
    });
    const out = [stream.push(bytes.subarray(0, cut)), stream.push(bytes.subarray(cut)), stream.end()];
    const read = readAll(Buffer.concat(out).toString());
    const usageEvents = read.filter((data) => data.includes('"usage"')).length;
    const { usage, phase, isWhole, error } = stream;
    return { cut, got: { content: contentOf(read), usageEvents, usage, phase, isWhole, error } };
  }).filter(({ got }) => !isDeepStrictEqual(got, expected));
  expect(different).toEqual([]);
}

/** A client that reads as the standard says, line by line. */
function readAll(stream: string): string[] {
  const events: string[] = [];
  let data: string[] = [];
  for (const line of stream.split(/\r\n|\n|\r/)) {
    if (line === '') {
      if (data.length > 0) events.push(data.join('\n'));
      data = [];
    }
    const [, value] = /^data(?:: ?(.*))?$/.exec(line) ?? [];
    if (value !== undefined) data.push(value);
  }
  return events;
}

function contentOf(events: readonly string[]): string {
  return events
    .map(
      (data) =>
        (JSON.parse(data) as { choices: { delta: { content?: string } }[] }).choices[0]?.delta.content,
    )
    .join('');
}

function cutAt(data: string, where: string): string[] {
  const at = data.indexOf(where) + 1;
  return at === 0 ? [data] : [data.slice(0, at), data.slice(at)];
}
