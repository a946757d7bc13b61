import { withPublicModel } from '../../model-naming.ts';
import type { ReplyReader } from '../../reply-reader.ts';
import type { ReplySink } from '../../reply-sink.ts';
import type { ModelNames } from '../../upstream-error.ts';
import { reportedFailure, shapeFailure } from '../../upstream-failure.ts';
import { allOutputTokens, replyMembers, withoutSupplierCost, withoutUsage } from '../../usage.ts';
import { createCollectedReply } from '../collected-reply.ts';
import { memberValue } from '../member-value.ts';
import { textBytesOfOutput } from './response-content.ts';
import { responseUsageOf } from './response-usage.ts';

/** An answer of Responses in one piece. */
export function createWholeResponse(sink: ReplySink, names: ModelNames): ReplyReader {
  return createCollectedReply(sink, (bytes) => {
    const members = replyMembers(bytes);
    if (members === null) return { failure: shapeFailure() };
    const valueOf = (name: string) => memberValue(bytes, members, name);
    const status = valueOf('status');
    if ((valueOf('error') ?? null) !== null) return { failure: reportedFailure(bytes, names) };
    const isAnswer = Array.isArray(valueOf('output')) && (status === 'completed' || status === 'incomplete');
    if (!isAnswer) return { failure: shapeFailure() };
    const textBytes = () => textBytesOfOutput(valueOf('output'));
    const reported = responseUsageOf(valueOf('usage'));
    const hasCounted = reported !== null && (allOutputTokens(reported) > 0 || textBytes() === 0);
    // The books hold an estimate then; no other numbers may stand beside it.
    const shown = (hasCounted ? withoutSupplierCost : withoutUsage)(members, bytes);
    const shownMembers = shown === bytes ? members : (replyMembers(shown) ?? members);
    return {
      shown: withPublicModel(shown, shownMembers, names.modelId),
      usage: hasCounted ? reported : null,
      textBytes,
    };
  });
}
