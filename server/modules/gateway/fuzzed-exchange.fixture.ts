import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { Registry } from 'prom-client';
import type { Dispatcher, Pool } from 'undici';
import { foldMeters } from '../../declare/meter.ts';
import { createLog } from '../../kernel/log.ts';
import { completePrices } from '../catalog/index.ts';
import { createAdmission, defaultLimits } from './admission.ts';
import { createDrains } from './drains.ts';
import { startExchange } from './exchange.ts';
import type { FuzzedStream } from './fuzzed-streams.fixture.ts';
import { createKeyMeter } from './key-meter.ts';
import { meters } from './meters.ts';
import { createGatewayMetrics } from './metrics.ts';
import { openAiWords } from './protocols/chat/failure-words.ts';
import { createPassages, type Passages } from './protocols/passages.ts';
import { readRequest } from './read-request.ts';
import type { Settlement } from './settlement.ts';
import { createSettlementQueue } from './settlement-queue.ts';
import { openTicket, tokensOf } from './ticket.ts';
import { freePass } from './rate-desk.ts';
import { createTokenStatistics } from './token-statistics.ts';
import type { Route } from './upstream-directory.ts';
import { createUpstreamHealth } from './upstream-health.ts';
import { createWalletLeases } from './wallet-leases.ts';
import { cachedKey } from './ticket.fixture.ts';

/** What a client got of one stream, and what the books did. */
export interface Heard {
  readonly status: number;
  readonly body: string;
  readonly rows: readonly Settlement[];
}

/** The whole way of a stream without network and database, so that a hundred thousand of them take a minute. */
export async function createExchanges() {
  const log = createLog('silent');
  const leases = createWalletLeases(
    {
      availableMicros: () => Promise.resolve(10n ** 15n),
      lend: (_tenantId, micros) => Promise.resolve(`lease of ${micros}`),
      refusal: () => new Error('the wallet has enough'),
      giveBack: () => Promise.resolve(),
      renew: (ids) => Promise.resolve(new Set(ids)),
    },
    log,
    () => 0,
  );
  const rowsOf = new Map<string, Settlement[]>();
  const queue = createSettlementQueue({
    durability: 'strict',
    settle(batch) {
      for (const one of batch) rowsOf.get(one.usage.requestId)?.push(one);
      return Promise.resolve();
    },
    nowMs: () => performance.now(),
    log,
    onSettled: (settled) => {
      for (const { spendings } of settled) leases.settled(spendings);
    },
    onDropped: () => {},
  });
  const deps = {
    leases,
    queue,
    log,
    meter: createKeyMeter(),
    statistics: createTokenStatistics(),
    metrics: createGatewayMetrics(new Registry(), () => 0),
    pending: new Set<Promise<void>>(),
    drains: createDrains(),
    limits: { headersTimeoutMs: 1000, idleTimeoutMs: 1000, lateUsageMs: 1000 },
    bookPatienceMs: 60_000,
    keepAliveMs: 0,
    admission: createAdmission(defaultLimits),
    nowMs: () => 0,
    running: new Set<never>(),
    finishing: new Set<never>(),
    presence: { isHeld: true },
  };
  const published = [
    { meter: 'gateway.input-tokens', micros: 1000n, perUnits: 1n },
    { meter: 'gateway.output-tokens', micros: 2000n, perUnits: 1n },
  ];
  const prices = completePrices(foldMeters(meters), published, 'chat');
  if (prices === null) throw new Error('both are priced');
  const model = { versionId: 'price', prices, kind: 'chat' as const, contextTokens: 8192 };

  return async function exchange(
    requestId: string,
    stream: FuzzedStream,
    passages?: Passages,
  ): Promise<Heard> {
    const body = JSON.stringify({ model: 'm', messages: [], stream: true, n: stream.choices });
    const facts = await readRequest('chat/completions', Buffer.from(body));
    const estimate = deps.statistics.estimate(facts, model.contextTokens);
    const hold = await leases.hold('tenant', 100_000_000n);
    deps.meter.reserve('key', { tokens: tokensOf(estimate), micros: 0 });
    const rows: Settlement[] = [];
    rowsOf.set(requestId, rows);
    const ticket = openTicket(deps, {
      requestId,
      key: cachedKey,
      facts,
      model,
      estimate,
      hold,
      startedAt: new Date(0),
      ratePass: freePass,
      reserved: { tokens: tokensOf(estimate), micros: 0 },
    });
    const client = new Client();
    const ended = new Promise((resolve) => client.once('finish', resolve));
    startExchange(deps, {
      userId: 'user',
      apiKeyId: 'key',
      ticket,
      routes: [routeTo(stream)],
      response: client as unknown as ServerResponse,
      words: openAiWords,
      passages: passages ?? createPassages(facts, { own: {}, forwarded: {}, nowMs: 0 }),
      maxOutputTokens: null,
    });
    await ended;
    await Promise.all(deps.pending);
    await queue.flush();
    rowsOf.delete(requestId);
    if (deps.running.size > 0) throw new Error('an exchange whose client has its answer goes on');
    return { status: client.status, body: Buffer.concat(client.written).toString(), rows };
  };
}

/** As much of a response as an exchange uses. */
class Client extends EventEmitter {
  readonly socket = null;
  readonly written: Buffer[] = [];
  readonly writableLength = 0;
  readonly destroyed = false;
  readonly closed = false;
  status = 0;
  writableEnded = false;
  writeHead(status: number): void {
    this.status = status;
  }
  write(bytes: Buffer): boolean {
    this.written.push(Buffer.from(bytes));
    return true;
  }
  end(bytes: Buffer | string = ''): void {
    this.written.push(Buffer.from(bytes));
    this.writableEnded = true;
    this.emit('finish');
  }
}

function routeTo(stream: FuzzedStream): Route {
  const dispatch = (_options: unknown, handler: Dispatcher.DispatchHandler) => {
    void send(stream, handler);
    return true;
  };
  return {
    upstreamModel: 'vendor/model',
    weight: 1,
    priority: 1,
    upstream: {
      id: 'up',
      pool: { dispatch } as unknown as Pool,
      recipient: null,
      pathPrefix: '/v1',
      protocols: ['chat'],
      secrets: [],
      headers: { chat: {}, messages: {}, responses: {} },
      whenClientLeaves: 'drain',
      continuousUsage: false,
      health: createUpstreamHealth(),
    },
  };
}

async function send({ chunks, end }: FuzzedStream, handler: Dispatcher.DispatchHandler): Promise<void> {
  let isAborted = false;
  const controller = {
    abort: () => void (isAborted = true),
    pause: () => {},
    resume: () => {},
  } as unknown as Dispatcher.DispatchController;
  await Promise.resolve();
  handler.onRequestStart?.(controller, {});
  handler.onResponseStart?.(controller, 200, { 'content-type': 'text/event-stream' }, 'OK');
  try {
    for (const chunk of chunks) if (!isAborted) handler.onResponseData?.(controller, chunk);
  } catch (error) {
    // As undici does with an error of its handler.
    handler.onResponseError?.(controller, error as Error);
    return;
  }
  if (end === 'reset')
    handler.onResponseError?.(controller, Object.assign(new Error('reset'), { code: 'ECONNRESET' }));
  else handler.onResponseEnd?.(controller, {});
}
