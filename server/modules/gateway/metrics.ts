import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** What operators watch. No label names a customer: models and outcomes only. */
export function createGatewayMetrics(registry: Registry, countInFlight: () => number) {
  const registers = [registry];
  return {
    requests: new Counter({
      name: 'candor_gateway_requests_total',
      help: 'Requests that reached an upstream, by how they ended',
      labelNames: ['model', 'outcome'],
      registers,
    }),
    refusals: new Counter({
      name: 'candor_gateway_refusals_total',
      help: 'Requests refused before an upstream was asked',
      labelNames: ['code'],
      registers,
    }),
    tokens: new Counter({
      name: 'candor_gateway_tokens_total',
      help: 'Tokens billed',
      labelNames: ['model', 'direction'],
      registers,
    }),
    estimated: new Counter({
      name: 'candor_gateway_estimated_requests_total',
      help: 'Requests whose usage had to be estimated',
      labelNames: ['model'],
      registers,
    }),
    withdrawn: new Counter({
      name: 'candor_gateway_withdrawn_total',
      help: 'Finished answers that were refused and not charged because the books were away too long',
      labelNames: ['model'],
      registers,
    }),
    unbilledTokens: new Counter({
      name: 'candor_gateway_unbilled_tokens_total',
      help: 'Tokens given away: beyond what could be reserved, or refused by the books',
      labelNames: ['model'],
      registers,
    }),
    firstByte: new Histogram({
      name: 'candor_gateway_first_byte_seconds',
      help: 'Time from the request to the first byte of the answer',
      labelNames: ['model'],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
      registers,
    }),
    inFlight: new Gauge({
      name: 'candor_gateway_in_flight',
      help: 'Requests being served',
      registers,
      collect() {
        this.set(countInFlight());
      },
    }),
    upstreamFailures: new Counter({
      name: 'candor_gateway_upstream_failures_total',
      help: 'Failed attempts at upstreams',
      labelNames: ['upstream', 'reason'],
      registers,
    }),
    settledRows: new Counter({
      name: 'candor_gateway_settled_rows_total',
      help: 'Usage rows in the books',
      registers,
    }),
    settlementSeconds: new Histogram({
      name: 'candor_gateway_settlement_seconds',
      help: 'Duration of a settlement transaction',
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
      registers,
    }),
  };
}

export type GatewayMetrics = ReturnType<typeof createGatewayMetrics>;
