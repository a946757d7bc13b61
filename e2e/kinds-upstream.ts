import type { ServerResponse } from 'node:http';
import { listen, type Upstream } from './quick-upstream.ts';

/** The smallest picture there is, and sound that a player would refuse. */
export const picture =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABXvMqOgAAAABJRU5ErkJggg==';
const sound = Buffer.concat([Buffer.from('ID3'), Buffer.alloc(50_000, 7)]);

/** A model server that orders documents, judges texts, draws and speaks. */
export function kindsUpstream(): Promise<Upstream> {
  return listen((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.once('end', () => {
      const path = (request.url ?? '').replace('/v1/', '');
      const text = Buffer.concat(chunks).toString('utf8');
      if (text.includes('make it fail')) {
        const error = { type: 'invalid_request_error', message: 'too many pictures', param: 'prompt' };
        sendJson(response, 400, { error });
      } else answers[path]?.(response, JSON.parse(text) as Body);
    });
  });
}

type Body = Readonly<Record<string, unknown>>;

const answers: Readonly<Record<string, (response: ServerResponse, body: Body) => void>> = {
  rerank(response) {
    const results = [0, 1, 2].map((index) => ({ index, relevance_score: index / 2 }));
    sendJson(response, 200, { model: 'vendor', results, usage: { total_tokens: 30 } });
  },
  moderations(response, { model }) {
    const result = { flagged: true, categories: { hate: true }, category_scores: { hate: 0.9 } };
    sendJson(response, 200, { id: 'modr_1', model, results: [result] });
  },
  'images/generations'(response, { n, stream }) {
    if (stream !== true) {
      const data = Array.from({ length: Number(n ?? 1) }, () => ({ b64_json: picture }));
      sendJson(response, 200, { created: 1, data });
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const what of ['partial_image', 'completed']) {
      const type = `image_generation.${what}`;
      const event = { type, b64_json: picture, created_at: 1, partial_image_index: 0 };
      response.write(`event: ${type}\ndata: ${JSON.stringify(event)}\n\n`);
    }
    response.end();
  },
  'audio/speech'(response) {
    response.writeHead(200, { 'content-type': 'audio/mpeg' });
    response.end(sound);
  },
};

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
