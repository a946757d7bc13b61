import { type ChildProcess, fork, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool } from 'undici';

const rounds = 3;
const roundMs = 3_000;
const root = join(import.meta.dirname, '..');

interface Target {
  readonly name: string;
  readonly pool: Pool;
  readonly path: string;
  readonly headers: Record<string, string>;
  /** CPU seconds the gateway has used so far; 0 for the upstream alone. */
  cpuSeconds(): Promise<number>;
}
interface Score {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly cpuMicros: number;
}

const body = (stream: boolean) =>
  JSON.stringify({
    model: 'bench',
    stream,
    max_tokens: 100,
    messages: [{ role: 'user', content: 'Tell me something. '.repeat(40) }],
  });
const cases = [
  { name: 'whole reply, 1 caller', callers: 1, stream: false },
  { name: 'whole reply, 32 callers', callers: 32, stream: false },
  { name: 'stream of 52 events, 1 caller', callers: 1, stream: true },
  { name: 'stream of 52 events, 32 callers', callers: 32, stream: true },
];

/** Added latency and CPU per request: straight to a model server on loopback, and through us with metering and charging. */
export async function bench(): Promise<void> {
  const upstream = await startUpstream();
  const dataDir = mkdtempSync(join(tmpdir(), 'candor-bench-'));
  const servers: Server[] = [];
  try {
    const targets: Target[] = [aTarget('direct', upstream.url, {}, async () => 0)];
    for (const durability of ['standard', 'strict']) {
      const server = await startServer(join(dataDir, durability), durability);
      servers.push(server);
      const secret = await prepare(server, upstream.url);
      const headers = { authorization: `Bearer ${secret}` };
      targets.push(aTarget(`through us, ${durability}`, server.url, headers, () => cpuSecondsOf(server)));
    }
    process.stdout.write(
      `Node ${process.version}, ${cpus().length} cores for upstream, gateway, PostgreSQL and client, ${rounds} rounds of ${roundMs / 1000} s, medians\n`,
    );
    for (const { name, callers, stream } of cases) await compare(name, targets, callers, body(stream));
    for (const target of targets) await target.pool.destroy();
  } finally {
    for (const server of servers) await server.stop();
    upstream.process.kill();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function compare(
  name: string,
  targets: readonly Target[],
  callers: number,
  payload: string,
): Promise<void> {
  const scores = new Map<Target, Score[]>(targets.map((target) => [target, []]));
  for (const target of targets) await run(target, callers, payload, 500);
  // Interleaved, so that a noisy neighbour disturbs all of them.
  for (let round = 0; round < rounds; round += 1) {
    for (const target of targets) scores.get(target)?.push(await run(target, callers, payload, roundMs));
  }
  process.stdout.write(`\n${name}\n`);
  const direct = medianOf(scores.get(targets[0] as Target) ?? []);
  for (const [target, list] of scores) {
    const { perSecond, p50Ms, p99Ms, cpuMicros } = medianOf(list);
    const added =
      target === targets[0]
        ? ''
        : `   added p50 ${(p50Ms - direct.p50Ms).toFixed(2)} ms   ${cpuMicros.toFixed(0)} us CPU   ${(perSecond / direct.perSecond).toFixed(3)} of direct`;
    process.stdout.write(
      `  ${target.name.padEnd(24)}${perSecond.toFixed(0).padStart(7)}/s   p50 ${p50Ms.toFixed(2).padStart(6)} ms   p99 ${p99Ms.toFixed(2).padStart(6)} ms${added}\n`,
    );
  }
}

async function run(target: Target, callers: number, payload: string, durationMs: number): Promise<Score> {
  const latencies: number[] = [];
  const cpuBefore = await target.cpuSeconds();
  const startedAt = performance.now();
  const endAt = startedAt + durationMs;
  const caller = async () => {
    for (let at = performance.now(); at < endAt;) {
      const { statusCode, body } = await target.pool.request({
        method: 'POST',
        path: target.path,
        headers: target.headers,
        body: payload,
      });
      const bytes = await body.arrayBuffer();
      if (statusCode !== 200)
        throw new Error(
          `${target.name} answered ${statusCode}: ${Buffer.from(bytes).toString().slice(0, 200)}`,
        );
      const now = performance.now();
      latencies.push(now - at);
      at = now;
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  const seconds = (performance.now() - startedAt) / 1000;
  const cpuMicros = (((await target.cpuSeconds()) - cpuBefore) * 1e6) / latencies.length;
  latencies.sort((a, b) => a - b);
  const quantile = (share: number) =>
    latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0;
  return { perSecond: latencies.length / seconds, p50Ms: quantile(0.5), p99Ms: quantile(0.99), cpuMicros };
}

function medianOf(scores: readonly Score[]): Score {
  const median = (pick: (score: Score) => number) =>
    scores.map(pick).toSorted((a, b) => a - b)[Math.floor(scores.length / 2)] ?? 0;
  return {
    perSecond: median((s) => s.perSecond),
    p50Ms: median((s) => s.p50Ms),
    p99Ms: median((s) => s.p99Ms),
    cpuMicros: median((s) => s.cpuMicros),
  };
}

function aTarget(
  name: string,
  url: string,
  headers: Record<string, string>,
  cpuSeconds: () => Promise<number>,
): Target {
  const pool = new Pool(url, { connections: 64 });
  return {
    name,
    pool,
    path: '/v1/chat/completions',
    headers: { 'content-type': 'application/json', ...headers },
    cpuSeconds,
  };
}

interface Server {
  readonly url: string;
  readonly password: string;
  stop(): Promise<void>;
}

async function startUpstream(): Promise<{ url: string; process: ChildProcess }> {
  const child = fork(join(import.meta.dirname, 'openai-upstream.fixture.ts'), {
    execArgv: ['--import', 'tsx'],
  });
  const [message] = (await once(child, 'message')) as [{ port: number }];
  return { url: `http://127.0.0.1:${message.port}`, process: child };
}

async function startServer(dataDir: string, durability: string): Promise<Server> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const password = randomBytes(12).toString('base64url');
  const child = spawn(process.execPath, ['--import', 'tsx', 'server/main.ts'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      PORT: String(port),
      CANDOR_DATA: dataDir,
      CANDOR_MODEL: 'none',
      CANDOR_LOG_LEVEL: 'error',
      CANDOR_OPERATOR_PASSWORD: password,
      CANDOR_GATEWAY_DURABILITY: durability,
    },
  });
  while (
    !(await fetch(`${url}/healthz`).then(
      ({ ok }) => ok,
      () => false,
    ))
  ) {
    if (child.exitCode !== null) throw new Error('the server did not start');
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return {
    url,
    password,
    async stop() {
      child.kill('SIGINT');
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}

/** An operator who offers the upstream's model and credits the account that is measured. @returns its API key. */
async function prepare({ url, password }: Server, upstreamUrl: string): Promise<string> {
  const call = await loggedIn(url, password);
  const { tenant } = await call<{ tenant: { id: string } }>('GET', '/api/identity/me');
  await call('POST', '/api/wallet/bank-transfers', {
    tenantId: tenant.id,
    amountMicros: 1_000_000_000_000,
    serialNumber: 'bench',
    paymentSource: { accountName: 'bench', bankAccount: '1', bankName: 'bench' },
  });
  await call('POST', '/api/gateway/upstreams', {
    name: 'bench',
    baseUrl: `${upstreamUrl}/v1`,
    models: [{ modelId: 'bench', upstreamModel: 'bench' }],
  });
  await call('POST', '/api/catalog/prices', {
    sku: 'bench',
    prices: [
      { meter: 'gateway.input-tokens', micros: 500_000, perUnits: 1_000_000 },
      { meter: 'gateway.output-tokens', micros: 2_000_000, perUnits: 1_000_000 },
    ],
  });
  const { secret } = await call<{ secret: string }>('POST', '/api/identity/api-keys', { name: 'bench' });
  return secret;
}

async function loggedIn(
  url: string,
  password: string,
): Promise<<T>(method: string, path: string, payload?: object) => Promise<T>> {
  let cookie = '';
  const call = async <T>(method: string, path: string, payload?: object): Promise<T> => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        cookie,
        origin: url,
        'x-candor-csrf': '1',
        ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(payload === undefined ? {} : { body: JSON.stringify(payload) }),
    });
    if (!response.ok)
      throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`);
    const session = response.headers.getSetCookie().find((set) => set.startsWith('candor_session='));
    if (session !== undefined) cookie = session.split(';')[0] ?? '';
    return (await response.json()) as T;
  };
  const login = () =>
    call('POST', '/api/identity/login', { method: 'password', login: 'operator', password });
  // The first start listens before it has made the operator's account.
  await login().catch(async () => {
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    await login();
  });
  return call;
}

async function cpuSecondsOf({ url }: Server): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^process_cpu_seconds_total (\S+)/m.exec(text)?.[1] ?? 0);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
