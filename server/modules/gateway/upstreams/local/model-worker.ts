import { chmod } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo, ListenOptions } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import { LlamaEngine } from './llama-engine.ts';
import type { Log, LogLevel } from './log.ts';
import { createOpenAiServer } from './openai-server.ts';
import { stopMessage, type WorkerMessage, type WorkerOptions } from './worker-messages.ts';

// The thread in which the model lives. It owns its sockets too, so that neither calculation nor the
// writing of tokens takes a turn of the event loop that serves everything else.

const parent = parentPort;
if (!parent) throw new Error('model-worker runs as a worker thread only.');
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
const say = (message: WorkerMessage) => parent.postMessage(message);

const logAt = (level: LogLevel) => (fields: object, message: string) =>
  say({ type: 'log', level, fields: describeErrors(fields), message });
const log: Log = { debug: logAt('debug'), info: logAt('info'), warn: logAt('warn'), error: logAt('error') };

// Guarantee: only startLocalModelServer starts this file, and it passes WorkerOptions.
const options = workerData as WorkerOptions;

try {
  const engine = await LlamaEngine.load({ ...options, log });
  const servers: Server[] = [];
  const open = async (address: ListenOptions) => {
    const server = createOpenAiServer({
      engine,
      modelId: options.modelId,
      defaultTemperature: options.defaultTemperature,
      defaultTopP: options.defaultTopP,
      nowSeconds: () => Math.floor(Date.now() / 1000),
      log,
    });
    servers.push(server);
    await listen(server, address);
    return server;
  };

  await open({ path: options.socketPath });
  await chmod(options.socketPath, 0o600);
  const tcpServer =
    options.port === undefined ? undefined : await open({ port: options.port, host: '127.0.0.1' });

  parent.once('message', (message) => {
    if (message === stopMessage) void stop(servers, engine);
  });
  say({
    type: 'ready',
    contextTokens: engine.contextTokens,
    isNonsense: engine.isNonsense,
    port: tcpServer && portOf(tcpServer),
  });
} catch (error) {
  say({ type: 'failed', reason: error instanceof Error ? error.message : String(error) });
}

async function stop(servers: Server[], engine: LlamaEngine): Promise<void> {
  await Promise.all(servers.map(closeServer));
  await engine.dispose();
  Atomics.store(options.freed, 0, 1);
  Atomics.notify(options.freed, 0);
  parent?.close();
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function listen(server: Server, address: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(address, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function portOf(server: Server): number {
  // Guarantee: the server listens on TCP, so its address is not a path.
  return (server.address() as AddressInfo).port;
}

/** Errors do not survive the way to the other thread with all their fields. */
function describeErrors(fields: object): object {
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]: [string, unknown]) => [
      key,
      value instanceof Error ? { type: value.name, message: value.message, stack: value.stack } : value,
    ]),
  );
}
