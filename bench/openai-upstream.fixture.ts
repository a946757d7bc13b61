import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

// The simplest model server there can be, in a process of its own: every answer is ready before it is asked for.
const usage = { prompt_tokens: 20, completion_tokens: 50, total_tokens: 70 };
const words = Array.from({ length: 50 }, (_, index) => `word${index} `);
const head = { id: 'bench', created: 1, model: 'bench' };
const whole = Buffer.from(
  JSON.stringify({
    ...head,
    object: 'chat.completion',
    choices: [{ index: 0, message: { role: 'assistant', content: words.join('') }, finish_reason: 'stop' }],
    usage,
  }),
);
const event = (fields: object) =>
  Buffer.from(`data: ${JSON.stringify({ ...head, object: 'chat.completion.chunk', ...fields })}\n\n`);
const events = words.map((content) => event({ choices: [{ index: 0, delta: { content } }] }));
const burst = Buffer.concat([...events, event({ choices: [], usage }), Buffer.from('data: [DONE]\n\n')]);

const server = createServer((request, response) => {
  let isStream = false;
  let isPaced = false;
  request.on('data', (chunk: Buffer) => {
    isStream ||= chunk.includes('"stream":true');
    isPaced ||= chunk.includes('paced');
  });
  request.on('end', () => {
    if (!isStream) {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': whole.length });
      response.end(whole);
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    if (!isPaced) {
      response.end(burst);
      return;
    }
    let index = 0;
    const timer = setInterval(() => {
      const next = events[index];
      index += 1;
      if (next !== undefined) {
        response.write(next);
        return;
      }
      clearInterval(timer);
      response.end(burst.subarray(burst.length - 200));
    }, 20);
    response.on('close', () => clearInterval(timer));
  });
});
server.listen(0, '127.0.0.1', () => {
  process.send?.({ port: (server.address() as AddressInfo).port });
});
process.on('disconnect', () => process.exit());
