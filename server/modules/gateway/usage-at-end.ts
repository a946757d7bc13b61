import type { Log } from '../../kernel/log.ts';
import type { MeterPrices } from '../catalog/index.ts';
import { type UsageBounds, withinReason } from './reasonable-usage.ts';
import type { ReplyReader } from './reply-reader.ts';
import type { Ending, Ticket } from './ticket.ts';
import { inputTokensOf, tokensOfText } from './token-statistics.ts';
import type { Work } from './work.ts';
import { allOutputTokens, allTokens, pieceUsage, textUsage, type TokenUsage } from './usage.ts';

export interface Answered {
  readonly ticket: Ticket;
  readonly upstreamId: string | null;
  readonly log: Log;
}

const nothing = { usage: textUsage(0, 0), isEstimated: false };
/** Whether a model that is priced by the piece is priced by its tokens too, or instead. */
function hasTokenPrice(prices: MeterPrices): boolean {
  return ['gateway.input-tokens', 'gateway.output-tokens'].some(
    (meter) => (prices.get(meter)?.micros ?? 0n) > 0n,
  );
}

const nothingCounted = { read: 0, written: 0 };

/**
 * What the client is charged for: the upstream's report, else an estimate of what was delivered, else nothing.
 * @param reply null before anything came.
 * @param ending.isWhole whether the answer was read to its end, or may be charged although it was not.
 */
export function usageAtEnd(
  answered: Answered,
  reply: ReplyReader | null,
  { outcome, isWhole }: { readonly outcome: Ending['outcome']; readonly isWhole: boolean },
): Pick<Ending, 'usage' | 'isEstimated'> {
  if (reply === null) return nothing;
  const { work } = answered.ticket.facts;
  if (work !== null) return workAtEnd(work, answered.ticket, reply, { outcome, isWhole });
  const reported = reportOf(answered, reply);
  if (reported !== null && (isWhole || reply.hasDelivered())) return { usage: reported, isEstimated: false };
  // What an upstream that failed has not counted is given away.
  if (outcome !== 'completed' && (outcome === 'upstream_failed' || !reply.hasDelivered())) return nothing;
  const { read, written } = countedOf(answered, reply);
  const counted = reply.inputUsage();
  if (counted === null) return { usage: textUsage(read, written), isEstimated: true };
  const bounded = withinReason(counted, boundsOf(answered, { read, written }));
  return { usage: { ...bounded, outputTokens: written }, isEstimated: true };
}

/** What was made or heard, as the reader has counted it; without a count, all that was asked for once some of it has gone out. */
function workAtEnd(
  work: Work,
  { facts, model }: Ticket,
  reply: ReplyReader,
  { outcome, isWhole }: { readonly outcome: Ending['outcome']; readonly isWhole: boolean },
): Pick<Ending, 'usage' | 'isEstimated'> {
  const counted = reply.usage();
  if (counted !== null && (isWhole || reply.hasDelivered())) {
    const isMissing = isWhole && allTokens(counted) === 0 && hasTokenPrice(model.prices);
    if (!isMissing) return { usage: counted, isEstimated: reply.isEstimated ?? false };
    const tokens = { inputTokens: inputTokensOf(facts), outputTokens: work.usualOutputTokens };
    return { usage: { ...counted, ...tokens }, isEstimated: true };
  }
  if (outcome === 'upstream_failed' || !reply.hasDelivered()) return nothing;
  return { usage: pieceUsage(work.most), isEstimated: true };
}

/** A server that says it wrote nothing, although text was read, has not counted. */
function reportOf(answered: Answered, reply: ReplyReader): TokenUsage | null {
  const reported = reply.usage();
  if (reported === null || (allOutputTokens(reported) === 0 && reply.textBytes() > 0)) return null;
  const { model, requestId } = answered.ticket;
  const bounds = boundsOf(answered, nothingCounted);
  // Text is counted only where a bound is passed.
  if (allTokens(withinReason(reported, bounds)) === allTokens(reported)) return reported;
  const bounded = withinReason(reported, { ...bounds, counted: countedOf(answered, reply) });
  if (allTokens(bounded) < allTokens(reported))
    answered.log.warn(
      { requestId, upstream: answered.upstreamId, contextTokens: model.contextTokens },
      'the upstream counts more tokens than the model can read and was asked to write',
    );
  return bounded;
}

function boundsOf({ ticket: { facts, model } }: Answered, counted: UsageBounds['counted']): UsageBounds {
  const { choices, maxOutputTokens } = facts;
  return { contextTokens: model.contextTokens, choices, maxOutputTokens, counted };
}

/** Our own count, by a fixed rule. */
function countedOf({ ticket }: Answered, reply: ReplyReader): { read: number; written: number } {
  return { read: inputTokensOf(ticket.facts), written: tokensOfText(reply.textBytes()) };
}
