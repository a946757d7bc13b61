import { afterEach, expect, test, vi } from 'vitest';
import { streamChat } from './chat-stream.ts';

// The client of the API asks for its address while it loads.
vi.hoisted(() => vi.stubGlobal('window', { location: { origin: 'http://127.0.0.1' } }));

afterEach(() => vi.unstubAllGlobals());

/** What the playground makes of a reply whose bytes arrive in pieces of `size`. */
async function read(stream: string, size: number) {
  const bytes = new TextEncoder().encode(stream);
  const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.slice(index * size, (index + 1) * size),
  );
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece);
      controller.close();
    },
  });
  vi.stubGlobal('fetch', async () => new Response(body));
  const texts: string[] = [];
  const request = { model: 'any', messages: [], temperature: 1 };
  const usage = await streamChat(request, new AbortController().signal, (text) => texts.push(text));
  return { texts, usage };
}

const piece = (content: string) => `data: ${JSON.stringify({ choices: [{ delta: { content } }] })}`;
const usage = 'data:{"usage":{"prompt_tokens":3,"completion_tokens":2}}';

test('events are whole however the stream is cut, with either line end', async () => {
  for (const end of ['\n', '\r\n']) {
    const lines = [
      piece('a'),
      '',
      ': comment',
      '',
      'data:',
      '',
      piece('你好'),
      '',
      usage,
      '',
      'data: [DONE]',
      '',
    ];
    const stream = lines.map((line) => line + end).join('');
    for (let size = 1; size <= stream.length; size += 1) {
      expect(await read(stream, size)).toEqual({
        texts: ['a', '你好'],
        usage: { inputTokens: 3, outputTokens: 2 },
      });
    }
  }
});

test('an event that the end of the stream cuts off is not shown', async () => {
  expect(await read(`${piece('whole')}\n\n${piece('half')}`, 7)).toEqual({
    texts: ['whole'],
    usage: undefined,
  });
});

test('a fault in the middle of a stream is a problem', async () => {
  await expect(read(`${piece('a')}\n\ndata: {"error":{"message":"no"}}\n\n`, 7)).rejects.toMatchObject({
    name: 'ApiProblem',
  });
});
