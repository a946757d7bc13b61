import type { JsonMember } from '../../../../kernel/json-members.ts';
import { withPublicModel } from '../../model-naming.ts';
import type { RequestFacts } from '../../read-request.ts';
import type { ReplyReader } from '../../reply-reader.ts';
import type { ReplySink } from '../../reply-sink.ts';
import { estimateFor } from '../../token-statistics.ts';
import type { ModelNames } from '../../upstream-error.ts';
import { reportedFailure, shapeFailure } from '../../upstream-failure.ts';
import {
  allOutputTokens,
  countOf,
  replyMembers,
  textUsage,
  type TokenUsage,
  withoutSupplierCost,
} from '../../usage.ts';
import { createCollectedReply } from '../collected-reply.ts';
import { memberValue } from '../member-value.ts';
import { textBytesOfBlocks } from './message-content.ts';
import { createMessageUsage, writeMessageUsage } from './message-usage.ts';

type Members = ReadonlyMap<string, JsonMember>;

/** An answer of Messages in one piece. */
export function createWholeMessage(sink: ReplySink, facts: RequestFacts & ModelNames): ReplyReader {
  return createCollectedReply(sink, (bytes) => {
    const members = replyMembers(bytes);
    if (members === null) return { failure: shapeFailure() };
    if (reportsError(bytes, members)) return { failure: reportedFailure(bytes, facts) };
    // A model may end without a word; it says why.
    const isAnswer =
      Array.isArray(memberValue(bytes, members, 'content')) &&
      typeof memberValue(bytes, members, 'stop_reason') === 'string';
    if (!isAnswer) return { failure: shapeFailure() };
    const textBytes = () => textBytesOfBlocks(memberValue(bytes, members, 'content'));
    const reported = usageIn(bytes, members);
    const hasCounted = reported !== null && (allOutputTokens(reported) > 0 || textBytes() === 0);
    // Clients expect numbers: those that the books hold.
    const shown = hasCounted
      ? withoutSupplierCost(members, bytes)
      : withUsage(bytes, members, estimateFor(facts)(textBytes()));
    const shownMembers = shown === bytes ? members : (replyMembers(shown) ?? members);
    return {
      shown: withPublicModel(shown, shownMembers, facts.modelId),
      usage: hasCounted ? reported : null,
      textBytes,
    };
  });
}

/** The answer of `count_tokens`: a number, which costs nothing. */
export function createTokenCount(sink: ReplySink, names: ModelNames): ReplyReader {
  return createCollectedReply(sink, (bytes) => {
    const members = replyMembers(bytes);
    if (members === null) return { failure: shapeFailure() };
    if (reportsError(bytes, members)) return { failure: reportedFailure(bytes, names) };
    const count = countOf(memberValue(bytes, members, 'input_tokens'));
    if (count === null) return { failure: shapeFailure() };
    return {
      shown: Buffer.from(JSON.stringify({ input_tokens: count })),
      usage: textUsage(0, 0),
      textBytes: () => 0,
    };
  });
}

function reportsError(bytes: Buffer, members: Members): boolean {
  return (
    memberValue(bytes, members, 'type') === 'error' || (memberValue(bytes, members, 'error') ?? null) !== null
  );
}

function usageIn(bytes: Buffer, members: Members): TokenUsage | null {
  const usage = createMessageUsage();
  usage.note(memberValue(bytes, members, 'usage'));
  return usage.all();
}

function withUsage(bytes: Buffer, members: Members, usage: TokenUsage): Buffer {
  const text = JSON.stringify(writeMessageUsage(usage));
  const member = members.get('usage');
  if (member !== undefined)
    return Buffer.concat([
      bytes.subarray(0, member.valueStart),
      Buffer.from(text),
      bytes.subarray(member.valueEnd),
    ]);
  const afterBrace = bytes.indexOf('{') + 1;
  return Buffer.concat([
    bytes.subarray(0, afterBrace),
    Buffer.from(`"usage":${text},`),
    bytes.subarray(afterBrace),
  ]);
}
