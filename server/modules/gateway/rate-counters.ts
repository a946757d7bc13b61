import type { Ctx } from '../../kernel/context.ts';
import { inTransaction, query } from '../../kernel/db.ts';
import { createRateDesk, type RateDesk } from './rate-desk.ts';
import { type RateLimits, windowMs } from './rate-limits.ts';
import { sliceUnits } from './slice-size.ts';
import { twice } from './wallet-bank.ts';

/** What a gateway asks of a limit, for every request that waits for it. */
export interface TakeRates {
  readonly subjectId: string;
  readonly limits: RateLimits;
  /** The gateway. */
  readonly holder: string;
  readonly requests: number;
  readonly tokens: number;
  /** Tokens used beyond what was taken for them: counted whether or not there is room. */
  readonly owedTokens: number;
  /** Places of requests that are being served. */
  readonly usedPlaces: number;
  /** Places that the gateway needs, the used ones included. */
  readonly places: number;
}

export interface TakenRates {
  readonly windowFromMs: number;
  /** For this gateway, in addition to what it has of the same window. */
  readonly requests: number;
  readonly tokens: number;
  /** All places of this gateway from now on. */
  readonly places: number;
  /** By all gateways in this window. */
  readonly allRequests: number;
  readonly allTokens: number;
  /** Held by other gateways. */
  readonly placesElsewhere: number;
}

/** The limits of one gateway, counted in the database. */
export function openRates(ctx: Ctx, holder: string): RateDesk {
  return createRateDesk((input) => twice(() => takeRates(ctx, input)), {
    holder,
    nowMs: () => ctx.clock.now().getTime(),
    log: ctx.log,
  });
}

interface Row {
  readonly windowFrom: Date;
  readonly requests: number;
  readonly tokens: string;
  readonly places: Readonly<Record<string, number>>;
}

/**
 * Takes slices of a limit for one gateway, so that few requests need the database, and gives places back. The row is locked
 * meanwhile: what all gateways have taken together is never more than the limit, except for tokens that are owed.
 */
export async function takeRates(ctx: Ctx, input: TakeRates): Promise<TakenRates> {
  const keyHash = ctx.keyedHash('gateway/rate', input.subjectId);
  return inTransaction(ctx, 'inference', async (ctx) => {
    const nowMs = ctx.clock.now().getTime();
    const row = await lockedRow(ctx, keyHash, windowOf(nowMs));
    const taken = slicesOf(input, row, windowOf(nowMs));
    const { [input.holder]: _own, ...others } = row.places;
    const places = taken.places > 0 ? { ...others, [input.holder]: taken.places } : others;
    await query(
      ctx,
      `update gateway.rate_counters set window_from = $2::timestamptz, requests = $3, tokens = $4, places = $5::jsonb
       where key_hash = $1`,
      [keyHash, new Date(taken.windowFromMs), taken.allRequests, taken.allTokens, JSON.stringify(places)],
    );
    return taken;
  });
}

/** Another gateway's clock may be ahead: a window never goes back. */
function slicesOf(input: TakeRates, row: Row, ownWindowMs: number): TakenRates {
  const { limits } = input;
  const rowWindowMs = row.windowFrom.getTime();
  const isSame = rowWindowMs >= ownWindowMs;
  const before = { requests: isSame ? row.requests : 0, tokens: isSame ? Number(row.tokens) : 0 };
  const owed = before.tokens + input.owedTokens;
  const requests = sliceUnits(input.requests, leftOf(limits.requestsPerMinute, before.requests));
  const tokens = sliceUnits(input.tokens, leftOf(limits.tokensPerMinute, owed));
  const placesElsewhere = Object.entries(row.places).reduce(
    (sum, [holder, places]) => (holder === input.holder ? sum : sum + places),
    0,
  );
  return {
    windowFromMs: isSame ? rowWindowMs : ownWindowMs,
    requests,
    tokens,
    places: placesFor(input, leftOf(limits.parallelRequests, placesElsewhere)),
    allRequests: before.requests + requests,
    allTokens: owed + tokens,
    placesElsewhere,
  };
}

/** What is in use is held in any case. Spare places are for a gateway at which requests wait. */
function placesFor({ places, usedPlaces }: TakeRates, left: number): number {
  return places > usedPlaces ? Math.max(usedPlaces, sliceUnits(places, left)) : usedPlaces;
}

function leftOf(limit: number | null, taken: number): number {
  return limit === null ? 0 : Math.max(0, limit - taken);
}

function windowOf(atMs: number): number {
  return Math.floor(atMs / windowMs) * windowMs;
}

/** Places count only of gateways that hold their lease: those of a killed one are free when it has run out. */
async function lockedRow(ctx: Ctx, keyHash: string, windowFromMs: number): Promise<Row> {
  const read = () =>
    query<Row>(
      ctx,
      `select c.window_from as "windowFrom", c.requests, c.tokens::text,
         coalesce((select jsonb_object_agg(p.id, c.places -> p.id) from gateway.processes p
           where c.places ? p.id and p.lease_until > now()), '{}') as places
       from gateway.rate_counters c where c.key_hash = $1 for update of c`,
      [keyHash],
    );
  for (let [row] = await read(); ; [row] = await read()) {
    if (row !== undefined) return row;
    await query(
      ctx,
      `insert into gateway.rate_counters (key_hash, window_from, requests, tokens, places)
       values ($1, $2::timestamptz, 0, 0, '{}') on conflict do nothing`,
      [keyHash, new Date(windowFromMs)],
    );
  }
}

/** Deletes counters that no request has used for a while. What fails is repeated by the next call, of any gateway. */
export async function deleteOldRates(ctx: Ctx): Promise<void> {
  const deletion = inTransaction(ctx, 'inference', (ctx) =>
    query(
      ctx,
      `delete from gateway.rate_counters c where c.window_from < $1::timestamptz
         and not exists (select from gateway.processes p where c.places ? p.id and p.lease_until > now())`,
      [new Date(ctx.clock.now().getTime() - 30 * windowMs)],
    ),
  );
  await deletion.catch((error: unknown) =>
    ctx.log.warn({ err: error }, 'old counters of limits not deleted'),
  );
}
