import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool } from 'undici';
import { prepareCandor, startCandor } from './candor-server.ts';
import { startPeers } from './gateway-peers.ts';
import { median } from './measure.ts';
import { consumptionOf } from './processes.ts';

const rounds = 3;
const roundMs = 3_000;
const root = join(import.meta.dirname, '..');

interface Target {
  readonly name: string;
  /** What a peer cannot do is said instead of measured. */
  readonly isPeer: boolean;
  readonly pool: Pool;
  readonly headers: Readonly<Record<string, string>>;
  /** Of the gateway, and of the database behind it. */
  processes(): { readonly own: readonly number[]; readonly database: readonly number[] };
}
interface Score {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly cpuMicros: number;
  readonly databaseMicros: number;
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

/**
 * What a gateway costs: straight to a model server on loopback, and through us with metering and charging. With
 * `--peers` other gateways stand beside us, which check no key and charge nothing.
 */
export async function bench(_sizes?: readonly number[], options?: ReadonlySet<string>): Promise<void> {
  execFileSync(process.execPath, ['scripts/bundle.mjs'], { cwd: root, stdio: 'ignore' });
  const upstream = await startUpstream();
  const folder = mkdtempSync(join(tmpdir(), 'candor-bench-'));
  const stops: (() => Promise<void>)[] = [];
  try {
    const targets = [aTarget('direct', upstream.url, {}, () => ({ own: [], database: [] }))];
    for (const durability of ['standard', 'strict']) {
      const server = await startCandor(join(root, 'dist'), join(folder, durability), durability);
      stops.push(server.stop);
      const secret = await prepareCandor(server, upstream.url);
      targets.push(
        aTarget(`through us, ${durability}`, server.url, { authorization: `Bearer ${secret}` }, () => ({
          own: [server.child.pid ?? 0],
          database: server.databaseProcesses(),
        })),
      );
    }
    const peers = options?.has('--peers') === true ? await startPeers(folder, upstream.url) : [];
    for (const peer of peers) {
      stops.push(peer.stop);
      targets.push(
        aTarget(peer.name, peer.url, peer.headers, () => ({ own: peer.processes(), database: [] }), true),
      );
    }
    process.stdout.write(
      `Node ${process.version}, ${cpus().length} cores for upstream, gateways, PostgreSQL and client, ${rounds} rounds of ${roundMs / 1000} s, medians\n`,
    );
    for (const { name, callers, stream } of cases) await compare(name, targets, callers, body(stream));
    process.stdout.write('\nmost memory ever resident\n');
    for (const target of targets.slice(1)) {
      const { own } = target.processes();
      print(target.name, `${(consumptionOf(own).peakBytes / 2 ** 20).toFixed(0).padStart(6)} MiB`);
    }
    for (const target of targets) await target.pool.destroy();
  } finally {
    for (const stop of stops) await stop();
    upstream.process.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function compare(
  name: string,
  targets: readonly Target[],
  callers: number,
  payload: string,
): Promise<void> {
  const scores = new Map<Target, Score[]>(targets.map((target) => [target, []]));
  process.stdout.write(`\n${name}\n`);
  for (const target of targets) {
    try {
      await run(target, callers, payload, 1_000);
    } catch (error) {
      if (!target.isPeer) throw error;
      scores.delete(target);
      print(target.name, `fails: ${String(error)}`);
    }
  }
  // Interleaved, so that a noisy neighbour disturbs all of them.
  for (let round = 0; round < rounds; round += 1) {
    for (const [target, list] of scores) list.push(await run(target, callers, payload, roundMs));
  }
  const direct = medianOf(scores.get(targets[0] as Target) ?? []);
  for (const [target, list] of scores) {
    const { perSecond, p50Ms, p99Ms, cpuMicros, databaseMicros } = medianOf(list);
    const figures = [
      `${perSecond.toFixed(0).padStart(6)}/s`,
      `p50 ${p50Ms.toFixed(2).padStart(6)} ms`,
      `p99 ${p99Ms.toFixed(2).padStart(7)} ms`,
    ];
    if (target !== targets[0]) {
      const database = databaseMicros > 0 ? ` + ${databaseMicros.toFixed(0)} us PostgreSQL` : '';
      figures.push(
        `added p50 ${(p50Ms - direct.p50Ms).toFixed(2)} ms`,
        `${(perSecond / direct.perSecond).toFixed(3)} of direct`,
        `${cpuMicros.toFixed(0)} us CPU${database}`,
      );
    }
    print(target.name, ...figures);
  }
}

async function run(target: Target, callers: number, payload: string, durationMs: number): Promise<Score> {
  const latencies: number[] = [];
  const used = () => {
    const { own, database } = target.processes();
    return { own: consumptionOf(own).cpuMicros, database: consumptionOf(database).cpuMicros };
  };
  const before = used();
  const startedAt = performance.now();
  const endAt = startedAt + durationMs;
  const caller = async () => {
    for (let at = performance.now(); at < endAt;) {
      const { statusCode, body } = await target.pool.request({
        method: 'POST',
        path: '/v1/chat/completions',
        headers: { 'content-type': 'application/json', ...target.headers },
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
  const after = used();
  latencies.sort((a, b) => a - b);
  const quantile = (share: number) =>
    latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0;
  return {
    perSecond: latencies.length / seconds,
    p50Ms: quantile(0.5),
    p99Ms: quantile(0.99),
    cpuMicros: (after.own - before.own) / latencies.length,
    databaseMicros: (after.database - before.database) / latencies.length,
  };
}

function medianOf(scores: readonly Score[]): Score {
  const of = (pick: (score: Score) => number) => median(scores.map(pick));
  return {
    perSecond: of((s) => s.perSecond),
    p50Ms: of((s) => s.p50Ms),
    p99Ms: of((s) => s.p99Ms),
    cpuMicros: of((s) => s.cpuMicros),
    databaseMicros: of((s) => s.databaseMicros),
  };
}

function aTarget(
  name: string,
  url: string,
  headers: Readonly<Record<string, string>>,
  processes: Target['processes'],
  isPeer = false,
): Target {
  return { name, isPeer, pool: new Pool(url, { connections: 64 }), headers, processes };
}

function print(name: string, ...figures: readonly string[]): void {
  process.stdout.write(`  ${name.padEnd(24)}${figures.join('   ')}\n`);
}

async function startUpstream(): Promise<{ url: string; process: ChildProcess }> {
  const child = fork(join(import.meta.dirname, 'openai-upstream.fixture.ts'), {
    execArgv: ['--import', 'tsx'],
  });
  const [message] = (await once(child, 'message')) as [{ port: number }];
  return { url: `http://127.0.0.1:${message.port}`, process: child };
}
