import type { Log } from '../../kernel/log.ts';
import { type UsageBounds, withinReason } from './reasonable-usage.ts';
import type { ReplyReader } from './reply-reader.ts';
import type { Ending, Ticket } from './ticket.ts';
import { inputTokensOf, tokensOfText } from './token-statistics.ts';
import { allOutputTokens, allTokens, textUsage, type TokenUsage } from './usage.ts';

export interface Answered {
  readonly ticket: Ticket;
  readonly upstreamId: string | null;
  readonly log: Log;
}

const nothing = { usage: textUsage(0, 0), isEstimated: false };
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
