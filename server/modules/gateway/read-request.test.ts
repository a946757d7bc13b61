import { expect, test } from 'vitest';
import { readRequest } from './read-request.ts';

const chat = (content: Buffer) =>
  Buffer.concat([
    Buffer.from('{"model":"m","messages":[{"role":"user","content":"'),
    content,
    Buffer.from('"}]}'),
  ]);

test('a body with bytes that are no UTF-8, wherever they stand, is refused before anything is forwarded', async () => {
  for (const bytes of [[0xff], [0xc3, 0x28], [0xed, 0xa0, 0x80], [0xf0, 0x9f, 0x98]])
    await expect(readRequest('chat/completions', chat(Buffer.from(bytes)))).rejects.toMatchObject({
      status: 400,
      code: 'gateway.malformed_request',
      fields: { detail: 'The body must be valid UTF-8.' },
    });
  const read = await readRequest('chat/completions', chat(Buffer.from('你好 😀')));
  expect(read.modelId).toBe('m');
});
