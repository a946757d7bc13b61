import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import OpenAI from 'openai';
import { Agent, fetch as undiciFetch, request } from 'undici';
import { z } from 'zod';
import {
  startLocalModelServer,
  type LocalModelServer,
  type LocalModelServerOptions,
} from '../local-model-server.ts';
import { writeRandomGguf } from '../write-random-gguf.ts';

export const question = [{ role: 'user' as const, content: 'bo ka ti?' }];

const answerParser = z.object({
  choices: z.tuple([z.object({ message: z.object({ content: z.string() }) })]),
});

const silence = () => {};
export const silentLog = { debug: silence, info: silence, warn: silence, error: silence };

interface Posted {
  status: number;
  headers: Record<string, unknown>;
  text: string;
}

export interface RandomModel {
  options: LocalModelServerOptions;
  server: LocalModelServer;
  agent: Agent;
  /** The official client, speaking through a unix socket as the gateway does. */
  openai: OpenAI;
  post(path: string, body: unknown): Promise<Posted>;
  /** What the model says to the question, under parameters of which the client's types disapprove. */
  ask(parameters: object): Promise<string>;
  stop(): Promise<void>;
}

/** Starts the real engine with the generated model, in a directory of its own. */
export async function startRandomModel(
  settings: Partial<LocalModelServerOptions> = {},
): Promise<RandomModel> {
  const directory = await mkdtemp(join(tmpdir(), 'llm-'));
  const options: LocalModelServerOptions = {
    weightsPath: await writeRandomGguf(join(directory, 'random.gguf'), { isEndless: true }),
    socketPath: join(directory, 'model.sock'),
    modelId: 'random',
    threads: 1,
    maxSequences: 2,
    contextTokens: 1024,
    log: silentLog,
    ...settings,
  };
  const server = await startLocalModelServer(options);
  const agent = new Agent({ connect: { socketPath: server.socketPath } });
  const post = async (path: string, body: unknown): Promise<Posted> => {
    const payload = typeof body === 'string' ? body : JSON.stringify(body);
    const response = await request(`http://model${path}`, {
      method: 'POST',
      body: payload,
      dispatcher: agent,
    });
    return { status: response.statusCode, headers: response.headers, text: await response.body.text() };
  };
  return {
    options,
    server,
    agent,
    openai: clientOn(agent),
    post,
    ask: async (parameters) => {
      const { text } = await post('/v1/chat/completions', {
        model: 'random',
        messages: question,
        ...parameters,
      });
      return answerParser.parse(JSON.parse(text)).choices[0].message.content;
    },
    stop: async () => {
      await agent.destroy();
      await server.stop();
      await rm(directory, { recursive: true });
    },
  };
}

function clientOn(dispatcher: Agent): OpenAI {
  // Guarantee: Node's fetch is undici's, under types of its own.
  const fetch = ((url: string, init: object) =>
    undiciFetch(url, { ...init, dispatcher })) as unknown as typeof globalThis.fetch;
  return new OpenAI({ apiKey: 'unused', baseURL: 'http://model/v1', maxRetries: 0, fetch });
}
