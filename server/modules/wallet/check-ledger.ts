import { sql } from 'drizzle-orm';
import type { Ctx } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { firstOf } from '../../kernel/first-of.ts';
import { authorize } from '../../declare/permissions.ts';

export interface LedgerCheck {
  /** Sum of all balances: zero when the books balance. */
  readonly sumMicros: bigint;
  readonly accountsChecked: number;
  readonly transfersChecked: number;
  readonly mismatches: LedgerMismatch[];
}

export interface LedgerMismatch {
  readonly kind: 'posted' | 'held' | 'hold';
  readonly id: string;
  readonly storedMicros: bigint;
  readonly foldedMicros: bigint;
}

const maxMismatches = 100;

/**
 * Folds the whole journal again and compares: every balance, every held sum and every hold must be what the
 * transfers say. One statement is one snapshot, so it may run while money moves.
 */
export async function checkLedger(ctx: Ctx): Promise<LedgerCheck> {
  authorize(ctx, 'wallet:check');
  return inTransaction(ctx, 'settlement', async (ctx) => {
    const { rows } = await ctx.db.execute<{
      kind: string;
      id: string;
      stored: bigint;
      folded: bigint;
      accounts: bigint;
      transfers: bigint;
      sum: string;
    }>(checkSql);
    const totals = firstOf(rows);
    const mismatches = rows.flatMap(({ kind, id, stored, folded }) =>
      isMismatch(kind) ? [{ kind, id, storedMicros: stored, foldedMicros: folded }] : [],
    );
    return {
      sumMicros: BigInt(totals.sum),
      accountsChecked: Number(totals.accounts),
      transfersChecked: Number(totals.transfers),
      mismatches,
    };
  });
}

function isMismatch(kind: string): kind is LedgerMismatch['kind'] {
  return kind === 'posted' || kind === 'held' || kind === 'hold';
}

const checkSql = sql`
  with legs as (
    select credit_account_id as id, amount_micros as amount from wallet.transfers where credit_account_id is not null
    union all
    select debit_account_id, -amount_micros from wallet.transfers where credit_account_id is not null
  ), posted as (select id, sum(amount)::bigint as folded from legs group by id),
  parts as (
    select coalesce(hold_id, id) as id,
      coalesce(sum(amount_micros) filter (where kind = 'hold'), 0)::bigint as placed,
      coalesce(sum(amount_micros) filter (where kind = 'capture'), 0)::bigint as captured,
      coalesce(sum(amount_micros) filter (where kind in ('void', 'expire')), 0)::bigint as released,
      count(*) filter (where kind in ('void', 'expire')) as ends,
      min(debit_account_id) as account_id
    from wallet.transfers where kind <> 'post' group by 1
  ), held as (select account_id as id, sum(placed - captured - released)::bigint as folded from parts group by account_id),
  wrong as (
    select 'posted' as kind, coalesce(a.id, p.id) as id, coalesce(a.posted_micros, 0) as stored, coalesce(p.folded, 0) as folded
    from wallet.accounts a full join posted p on p.id = a.id where coalesce(a.posted_micros, 0) <> coalesce(p.folded, 0)
    union all
    select 'held', coalesce(a.id, h.id), coalesce(a.held_micros, 0), coalesce(h.folded, 0)
    from wallet.accounts a full join held h on h.id = a.id where coalesce(a.held_micros, 0) <> coalesce(h.folded, 0)
    union all
    select 'hold', coalesce(h.id, p.id), coalesce(h.captured_micros, 0), coalesce(p.captured, 0)
    from wallet.holds h full join parts p on p.id = h.id
    where h.id is null or p.id is null or h.amount_micros <> p.placed or h.captured_micros <> p.captured
      or (h.status = 'open') <> (p.ends = 0) or p.ends > 1 or (h.status <> 'open' and p.placed <> p.captured + p.released)
  )
  select t.accounts, t.transfers, t.sum, w.kind, w.id, w.stored, w.folded
  from (select count(*) as accounts, coalesce(sum(posted_micros), 0)::text as sum, (select count(*) from wallet.transfers) as transfers from wallet.accounts) t
  left join (select * from wrong order by kind, id limit ${maxMismatches}) w on true`;
