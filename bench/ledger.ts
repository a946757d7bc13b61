import type { openDatabase } from '../server/kernel/db.ts';
import type { Ctx } from '../server/kernel/context.ts';
import {
  checkLedger,
  createLedgerWriter,
  postTransfers,
  type Transfer,
} from '../server/modules/wallet/index.ts';
import { withInstallation } from './installation.ts';

const rounds = 3;
const roundMs = 3_000;
const accounts = 1_000;
const connections = 16;
const writerCallers = 1_000;
const fundsMicros = 10n ** 15n;

type Spread = 'hot' | 'random';
type Admin = ReturnType<typeof openDatabase>['$client'];
interface Contestant {
  readonly name: string;
  /** Callers at once, each waiting for its answer before it asks again. */
  readonly callers: number;
  readonly post: (transfer: Transfer) => Promise<unknown>;
}
interface Score {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Transfers per second, durable (fsync on): the batching writer against one transaction per transfer, in one run. */
export async function bench(): Promise<void> {
  await withInstallation(async ({ ctx, owner, version }) => {
    process.stdout.write(`${version}, ${rounds} rounds of ${roundMs / 1000} s, medians\n\n`);
    const admin = owner.$client;
    await fund(ctx);
    const writer = createLedgerWriter(ctx);
    const contestants: Contestant[] = [
      { name: 'batching writer', callers: writerCallers, post: (transfer) => writer.post([transfer]) },
      {
        name: 'one transaction per transfer',
        callers: connections,
        post: (transfer) => postTransfers(ctx, [transfer]),
      },
      {
        name: 'one bare SQL statement per transfer',
        callers: connections,
        post: (transfer) => postBare(admin, transfer),
      },
    ];
    for (const spread of ['hot', 'random'] as const) await compare(spread, contestants);
    await writer.close();
    const { sumMicros, mismatches, transfersChecked } = await checkLedger(ctx);
    process.stdout.write(
      `\nchecked ${transfersChecked} transfers: sum ${sumMicros}, ${mismatches.length} mismatches\n`,
    );
  }, connections);
}

async function compare(spread: Spread, contestants: readonly Contestant[]): Promise<void> {
  const scores = new Map<Contestant, Score[]>(contestants.map((contestant) => [contestant, []]));
  // Interleaved, so that a noisy neighbour disturbs all of them.
  for (let round = 0; round < rounds; round += 1) {
    for (const contestant of contestants) scores.get(contestant)?.push(await run(contestant, spread));
  }
  process.stdout.write(`${spread === 'hot' ? 'one hot account' : `${accounts} random accounts`}\n`);
  const best = median((scores.get(contestants[0] as Contestant) ?? []).map(({ perSecond }) => perSecond));
  for (const [{ name, callers }, list] of scores) {
    const perSecond = median(list.map((score) => score.perSecond));
    const p50 = median(list.map((score) => score.p50Ms));
    const p99 = median(list.map((score) => score.p99Ms));
    process.stdout.write(
      `  ${name.padEnd(38)}${String(Math.round(perSecond)).padStart(7)}/s   p50 ${p50.toFixed(1).padStart(6)} ms   p99 ${p99.toFixed(1).padStart(6)} ms   ${String(callers).padStart(4)} callers   writer is ${(best / perSecond).toFixed(1)}x\n`,
    );
  }
}

let made = 0;

async function run({ callers, post }: Contestant, spread: Spread): Promise<Score> {
  const latencies: number[] = [];
  const endAt = performance.now() + roundMs;
  const caller = async () => {
    for (let at = performance.now(); at < endAt;) {
      await post(spend(spread));
      const now = performance.now();
      latencies.push(now - at);
      at = now;
    }
  };
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: callers }, caller));
  const seconds = (performance.now() - startedAt) / 1000;
  latencies.sort((a, b) => a - b);
  const quantile = (share: number) =>
    latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0;
  return { perSecond: latencies.length / seconds, p50Ms: quantile(0.5), p99Ms: quantile(0.99) };
}

function spend(spread: Spread): Transfer {
  made += 1;
  const id = `bench:${made}`;
  const [payer, product] = spread === 'hot' ? ['hot', 'hot'] : [random(), random()];
  return {
    id,
    kind: 'post',
    code: 'usage',
    debit: `cash:tenant_${payer}`,
    credit: `revenue:${product}`,
    amountMicros: 1n,
    refType: 'bench',
    refId: id,
  };
}

function random(): string {
  return String(Math.floor(Math.random() * accounts));
}

async function fund(ctx: Ctx): Promise<void> {
  const names = ['hot', ...Array.from({ length: accounts }, (_, index) => String(index))];
  await postTransfers(
    ctx,
    names.flatMap((name): Transfer[] => [
      {
        id: `fund:${name}`,
        kind: 'post',
        code: 'top_up',
        debit: 'clearing:bench',
        credit: `cash:tenant_${name}`,
        amountMicros: fundsMicros,
        refType: 'bench',
        refId: name,
      },
      {
        id: `open:${name}`,
        kind: 'post',
        code: 'usage',
        debit: `cash:tenant_${name}`,
        credit: `revenue:${name}`,
        amountMicros: 1n,
        refType: 'bench',
        refId: name,
      },
    ]),
  );
}

/**
 * The least a ledger can do per transfer: one statement, as the owner, without row policies, purposes or an answer to
 * repeated ids. It is here so that the writer is not compared with something slow on purpose.
 */
async function postBare(admin: Admin, transfer: Transfer): Promise<void> {
  if (transfer.kind !== 'post') throw new Error('only posts are measured');
  await admin.query({
    name: 'bare',
    text: `with debit as (update wallet.accounts set posted_micros = posted_micros - $4 where id = $2 returning posted_micros),
      credit as (update wallet.accounts set posted_micros = posted_micros + $4 where id = $3 and exists (select 1 from debit))
      insert into wallet.transfers (id, ledger, kind, code, debit_account_id, credit_account_id, amount_micros, tenant_id, ref_type, ref_id, cash_after_micros, actor, request_id, created_at)
      select $1, 'CNY', 'post', 'usage', $2, $3, $4, split_part($2, ':', 2), 'bench', $1, posted_micros, 'system:bench', 'req_bench', now() from debit`,
    values: [transfer.id, transfer.debit, transfer.credit, transfer.amountMicros],
  });
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
