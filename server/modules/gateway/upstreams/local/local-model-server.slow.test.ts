import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import OpenAI from 'openai';
import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startLocalModelServer } from './local-model-server.ts';
import { question, startRandomModel, type RandomModel } from './testing/random-model.ts';

let model: RandomModel;
beforeAll(async () => {
  model = await startRandomModel({ listen: { port: 0 } });
});
afterAll(() => model.stop());

const greedy = { model: 'random', messages: question, temperature: 0 };

/** The answers that came first, as many as asked for. */
function firstOf<T>(answers: readonly Promise<T>[], count: number): Promise<T[]> {
  return new Promise((resolve, reject) => {
    const first: T[] = [];
    for (const answer of answers) {
      answer.then((value) => {
        first.push(value);
        if (first.length === count) resolve(first);
      }, reject);
    }
  });
}

describe('many clients', () => {
  test('answers written at the same time do not mix', async () => {
    const words = ['one', 'two 你', 'three 🙂', 'four', 'five', 'six'];
    const answers = words.map((word) =>
      model.ask({
        response_format: { type: 'json_schema', json_schema: { schema: { const: word.repeat(5) } } },
      }),
    );
    expect(await Promise.all(answers)).toEqual(words.map((word) => JSON.stringify(word.repeat(5))));
  });

  test('when all sequences are busy and the queue is full, the rest is refused; who leaves makes room', async () => {
    const narrow = await startRandomModel({ maxSequences: 1, maxWaiting: 1, contextTokens: 4096 });
    const stream = await narrow.openai.chat.completions.create({ ...greedy, stream: true });
    await stream[Symbol.asyncIterator]().next();
    const tries = Array.from({ length: 4 }, () =>
      narrow.post('/v1/chat/completions', { ...greedy, max_completion_tokens: 1 }),
    );
    // One waits, so three are refused; only then may the sequence be freed, or a late one would find it free.
    for (const refused of await firstOf(tries, 3)) {
      expect(refused).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
      expect(JSON.parse(refused.text)).toMatchObject({
        error: { type: 'server_error', code: 'engine_overloaded' },
      });
    }

    stream.controller.abort();
    const answered = (await Promise.all(tries)).filter((response) => response.status === 200);
    expect(answered).toHaveLength(1);
    const { body } = await request('http://model/health', { dispatcher: narrow.agent });
    expect(await body.json()).toEqual({ status: 'ok', freeSequences: 1, waitingRequests: 0 });
    await narrow.stop();
  });

  test('a client who leaves stops the evaluation', async () => {
    const startedAt = performance.now();
    await model.openai.chat.completions.create(greedy);
    const wholeMs = performance.now() - startedAt;

    const leftAt = performance.now();
    for (let i = 0; i < 4; i += 1) {
      const stream = await model.openai.chat.completions.create({ ...greedy, stream: true });
      for await (const chunk of stream) if (chunk.choices[0]?.delta.content) break;
    }
    // There are two sequences: if nothing were broken off, this one would wait for whole answers.
    await model.openai.chat.completions.create({ ...greedy, max_completion_tokens: 1 });
    expect(performance.now() - leftAt).toBeLessThan(wholeMs);
  });
});

describe('the server', () => {
  test('says what it serves', async () => {
    expect(model.server).toMatchObject({ modelId: 'random', contextTokens: 1024, isNonsense: true });
    const models = await model.openai.models.list();
    expect(models.data).toMatchObject([{ id: 'random', object: 'model', max_model_len: 1024 }]);
    expect(await model.openai.models.retrieve('random')).toMatchObject({ id: 'random' });
    await expect(model.openai.models.retrieve('other')).rejects.toMatchObject({ status: 404 });
  });

  test('answers on a loopback port too, for clients that know no sockets', async () => {
    const baseURL = `http://127.0.0.1:${model.server.port}/v1`;
    const client = new OpenAI({ apiKey: 'unused', baseURL, maxRetries: 0 });
    const answer = await client.chat.completions.create({ ...greedy, max_completion_tokens: 2 });
    expect(answer.usage?.completion_tokens).toBe(2);
  });

  test('stops in the middle of an answer, and no other takes its socket before', async () => {
    const stream = await model.openai.chat.completions.create({ ...greedy, stream: true });
    await stream[Symbol.asyncIterator]().next();
    await expect(startLocalModelServer(model.options)).rejects.toThrow(/already listens/);
    await Promise.all([model.server.stop(), model.server.stop()]);
    await expect(model.post('/v1/models', {})).rejects.toThrow(/ENOENT/);
    expect(existsSync(model.server.socketPath)).toBe(false);
  });

  test('takes over the socket that a killed process left', async () => {
    const { socketPath } = model.options;
    const program = `require('net').createServer().listen(${JSON.stringify(socketPath)}, () => console.log('up'))`;
    const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'ignore'] });
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(existsSync(socketPath)).toBe(true);
    const heir = await startLocalModelServer(model.options);
    await heir.stop();
  });

  test('a process that ends without stopping it ends in peace', async () => {
    const program = fileURLToPath(new URL('./testing/exit-while-answering.ts', import.meta.url));
    const child = spawn(process.execPath, ['--import', 'tsx', program], { stdio: 'ignore' });
    expect(await once(child, 'exit')).toEqual([7, null]);
  });

  test('reports a socket path that is too long, and weights that cannot be loaded', async () => {
    const socketPath = `${model.options.socketPath}${'long'.repeat(30)}`;
    await expect(startLocalModelServer({ ...model.options, socketPath })).rejects.toThrow(/longer than 103/);

    const weightsPath = `${model.options.weightsPath}.broken`;
    await writeFile(weightsPath, 'this is no model');
    const broken = { ...model.options, weightsPath, socketPath: `${model.options.socketPath}.broken` };
    await expect(startLocalModelServer(broken)).rejects.toThrow(/did not load/);
  });
});
