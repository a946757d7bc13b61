import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { Counter } from 'prom-client';
import { clientAddress, networkOf, type ProxyTrust } from '../kernel/client-address.ts';
import type { Log } from '../kernel/log.ts';
import type { MetricFacts, Metrics } from '../kernel/metrics.ts';
import { tooManyRequests } from '../kernel/problem.ts';
import { createSharedBudget, type Holder } from '../kernel/shared-budget.ts';

export interface ConnectionLimits {
  /** Connections open at once, and requests being answered at once. */
  readonly max: number;
  readonly isProxy: ProxyTrust;
  readonly log: Log;
  readonly metrics: Metrics;
}

const refusals: MetricFacts = {
  name: 'candor_connections_refused_total',
  help: 'Connections and requests refused because their address, or all together, held too many',
  labelNames: ['what'],
};

const warnEveryMs = 60_000;
/** Reading it takes the system's whole report about the process, so once. */
const openFiles = readOpenFiles();

/**
 * Keeps room for callers from other addresses, whatever one address opens. A connection counts for the address it comes
 * from; connections of a declared proxy carry many callers, so there a request counts for its caller.
 */
export function limitConnections(
  app: FastifyInstance,
  { max, isProxy, log, metrics }: ConnectionLimits,
): void {
  const most = Math.min(max, Math.floor(openFiles / 2));
  if (most < max) log.warn({ most }, 'CANDOR_MAX_CONNECTIONS is lowered: too few open files (ulimit -n)');
  const connections = createSharedBudget(most);
  const requests = createSharedBudget(most);
  const note = noteRefusals(log, metrics.counter(refusals));

  app.server.on('connection', (socket: Socket) => {
    const address = socket.remoteAddress ?? 'none';
    const holders = isProxy(address, 0) ? [] : [holderAt(address)];
    if (!connections.take(holders, 1)) {
      note('connection');
      // An answer would cost more than the connection, and would be taken for one to a request not yet sent.
      socket.destroy();
      return;
    }
    socket.once('close', () => connections.giveBack(holders, 1));
  });

  app.addHook('onRequest', async (request, reply) => {
    const holders = [holderAt(clientAddress(request))];
    if (!requests.take(holders, 1)) {
      note('request');
      throw tooManyRequests({ retryAfterSeconds: 1 });
    }
    reply.raw.once('close', () => requests.giveBack(holders, 1));
  });
}

function holderAt(address: string): Holder {
  return { key: networkOf(address), timesFree: 1 };
}

/** Counts every refusal and logs at most one line a minute, because a flood must not become a flood of lines. */
function noteRefusals(log: Log, refused: Counter): (what: 'connection' | 'request') => void {
  let quietUntilMs = 0;
  return (what) => {
    refused.inc({ what });
    if (performance.now() < quietUntilMs) return;
    quietUntilMs = performance.now() + warnEveryMs;
    log.warn(
      { what },
      'too many at once from one address or from all: refused; see candor_connections_refused_total',
    );
  };
}

/** How many files this process may have open; a connection is one. Unlimited where the system does not say. */
function readOpenFiles(): number {
  // Node 20 has this setting, its types do not know it.
  const report = process.report as NodeJS.ProcessReport & { excludeNetwork: boolean };
  const { excludeNetwork } = report;
  // Otherwise the report asks the DNS for the name of every address the process is connected to.
  report.excludeNetwork = true;
  const { userLimits } = report.getReport() as { userLimits?: { open_files?: { soft?: unknown } } };
  report.excludeNetwork = excludeNetwork;
  const limit = userLimits?.open_files?.soft;
  return typeof limit === 'number' ? limit : Infinity;
}
