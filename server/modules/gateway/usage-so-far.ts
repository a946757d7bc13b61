import { isSpoken } from './hold-size.ts';
import { writing } from './meter-request.ts';
import type { ReplyReader } from './reply-reader.ts';
import type { Ticket } from './ticket.ts';
import { textUsage, type TokenUsage } from './usage.ts';

/** Of an answer: its role, its finish, pings. */
const eventsWithoutText = 64;

/** What a stream has used until now: as reported, or near enough and as dear as it can be. */
export function usageSoFar({ facts, model, estimate }: Ticket, reply: ReplyReader): TokenUsage {
  const reported = reply.usage();
  if (reported !== null) return reported;
  // Events that carry no text are counted too, so an answer within the client's bound may seem a little longer; one
  // that is far longer comes from an upstream that does not know the bound.
  const most = (facts.maxOutputTokens ?? Infinity) * facts.choices;
  const soFar = reply.outputTokensSoFar();
  const isBeyond = soFar > 2 * most + eventsWithoutText * facts.choices;
  const read = textUsage(estimate.inputTokens, 0);
  return writing(read, isBeyond ? soFar : Math.min(most, soFar), model.prices, isSpoken(facts));
}
