import { lstat, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { Worker } from 'node:worker_threads';
import type { Log } from './log.ts';
import { stopMessage, type WorkerMessage, type WorkerOptions } from './worker-messages.ts';

export interface LocalModelServerOptions {
  /** A GGUF file. */
  weightsPath: string;
  /** Unix socket on which the model answers; in a directory that only its owner may enter. */
  socketPath: string;
  /** A loopback TCP port besides; 0 takes a free one. */
  listen?: { port: number };
  modelId: string;
  /** Calculating threads; one per core at most, and one core left for all else. */
  threads: number;
  maxSequences: number;
  maxWaiting?: number;
  contextTokens: number;
  /** For requests that do not say; OpenAI's own default is 1 and 1. */
  sampling?: { temperature: number; topP: number };
  log: Log;
}

export interface LocalModelServer {
  socketPath: string;
  port: number | undefined;
  modelId: string;
  contextTokens: number;
  /** The weights are random: whatever the model says means nothing. */
  isNonsense: boolean;
  /** Resolves when the model's thread has ended, asked to or not. */
  ended: Promise<void>;
  /** Breaks off what is running and frees everything; may be called more than once. */
  stop(): Promise<void>;
}

// Node cuts longer socket paths off without a word, and the shortest limit among systems is macOS's.
const longestSocketPathBytes = 103;
const maxWaitingDefault = 32;
const exitPatienceMs = 3000;

/** Loads a model in a thread of this process and serves it in OpenAI's protocol on a socket. */
export async function startLocalModelServer(options: LocalModelServerOptions): Promise<LocalModelServer> {
  const { log, modelId, socketPath } = options;
  if (Buffer.byteLength(socketPath) > longestSocketPathBytes) {
    throw new Error(`The socket path is longer than ${longestSocketPathBytes} bytes: ${socketPath}`);
  }
  await removeDeadSocket(socketPath);

  const workerData: WorkerOptions = {
    weightsPath: options.weightsPath,
    modelId,
    socketPath,
    port: options.listen?.port,
    threads: options.threads,
    maxSequences: options.maxSequences,
    maxWaiting: options.maxWaiting ?? maxWaitingDefault,
    contextTokens: options.contextTokens,
    defaultTemperature: options.sampling?.temperature ?? 1,
    defaultTopP: options.sampling?.topP ?? 1,
    freed: new Int32Array(new SharedArrayBuffer(4)),
  };
  const worker = new Worker(new URL('./model-worker.mjs', import.meta.url), { workerData, execArgv: [] });
  worker.on('message', (message: WorkerMessage) => {
    if (message.type === 'log') log[message.level](message.fields, message.message);
  });
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  let isStopping = false;
  const ready = await untilReady(worker).catch(async (error: unknown) => {
    await worker.terminate();
    throw error;
  });

  worker.on('error', (error) => {
    log.error({ err: error, modelId }, 'the thread of the local model broke');
  });
  log.info({ modelId, ...ready }, 'the local model is ready');

  const requestStop = () => {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    if (!isStopping) worker.postMessage(stopMessage);
    isStopping = true;
  };
  // Were the process to end in the middle of a calculation, llama.cpp would abort it with a core dump.
  const stopAtExit = () => {
    requestStop();
    Atomics.wait(workerData.freed, 0, 0, exitPatienceMs);
  };
  process.once('exit', stopAtExit);
  worker.once('exit', () => process.off('exit', stopAtExit));

  return {
    socketPath,
    port: ready.port,
    modelId,
    contextTokens: ready.contextTokens,
    isNonsense: ready.isNonsense,
    ended: exited,
    stop: async () => {
      requestStop();
      await exited;
    },
  };
}

interface Ready {
  contextTokens: number;
  isNonsense: boolean;
  port: number | undefined;
}

function untilReady(worker: Worker): Promise<Ready> {
  return new Promise((resolve, reject) => {
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('The thread of the local model ended while it loaded.')));
    worker.on('message', (message: WorkerMessage) => {
      if (message.type === 'failed') reject(new Error(`The local model did not load: ${message.reason}`));
      if (message.type !== 'ready') return;
      worker.off('error', reject);
      const { contextTokens, isNonsense, port } = message;
      resolve({ contextTokens, isNonsense, port });
    });
  });
}

/** A process that was killed leaves its socket file behind; one that still answers is not ours to remove. */
async function removeDeadSocket(socketPath: string): Promise<void> {
  const found = await lstat(socketPath).catch(() => undefined);
  if (!found?.isSocket()) return;
  if (await isAnswered(socketPath)) throw new Error(`Another process already listens on ${socketPath}`);
  await rm(socketPath, { force: true });
}

function isAnswered(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(socketPath);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
