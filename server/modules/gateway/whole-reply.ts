import { replyTextBytes } from './delivered-text.ts';
import type { ReplySink } from './reply-sink.ts';
import type { ReplyReader } from './reply-reader.ts';
import type { Endpoint } from './endpoint-rules.ts';
import { withPublicModel } from './model-naming.ts';
import { createPassingRename } from './rename-in-passing.ts';
import type { ModelNames } from './upstream-error.ts';
import { reportedFailure, shapeFailure } from './upstream-failure.ts';
import {
  allOutputTokens,
  replyMembers,
  reportsError,
  type TokenUsage,
  usageIn,
  usageOf,
  withoutSupplierCost,
  withoutUsage,
} from './usage.ts';

/** Up to here a reply is held back until it is complete, so that a broken one can still be answered with a status. */
const maxHeldBytes = 1024 * 1024;
const keptTailChunks = 4;

/** The list in which a reply has its answers. */
const answerOf = {
  'chat/completions': 'choices',
  completions: 'choices',
  embeddings: 'data',
  moderations: 'results',
} as const satisfies Partial<Record<Endpoint, string>>;

/** A JSON reply in one piece. Very large ones (batches of embeddings) are passed on as they come. */
export function createWholeReply(
  sink: ReplySink,
  names: ModelNames & { readonly endpoint: keyof typeof answerOf },
): ReplyReader {
  const { endpoint } = names;
  let chunks: Buffer[] = [];
  let totalBytes = 0;
  let isPassing = false;
  const rename = createPassingRename(names.modelId);
  let usage: TokenUsage | null = null;
  let whole: Buffer | null = null;

  function textBytes(): number {
    if (whole !== null) return replyTextBytes(whole.toString('utf8'));
    // What was passed on is gone: its JSON is hardly longer than its text. Only answers have one.
    return isPassing && answerOf[endpoint] === 'choices' ? totalBytes : 0;
  }
  function passOn(bytes: Buffer): boolean {
    if (!isPassing) sink.startBody('application/json');
    isPassing = true;
    const renamed = rename(bytes);
    return renamed.length === 0 || sink.write(renamed);
  }

  return {
    phase: 'open',
    push(chunk) {
      chunks.push(chunk);
      totalBytes += chunk.length;
      if (isPassing) {
        if (chunks.length > keptTailChunks) chunks.shift();
        return passOn(chunk);
      }
      if (totalBytes <= maxHeldBytes) return true;
      const held = Buffer.concat(chunks);
      if (!held.includes(`"${answerOf[endpoint]}"`)) throw new Error('the upstream sends no answer');
      chunks = [held];
      return passOn(held);
    },
    end() {
      const bytes = chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
      if (isPassing) {
        usage = usageNearEnd(bytes);
        sink.end();
        return null;
      }
      const members = replyMembers(bytes);
      if (members === null) return shapeFailure();
      if (reportsError(members, bytes)) return reportedFailure(bytes, names);
      if ((members.get(answerOf[endpoint])?.elements ?? 0) === 0) return shapeFailure();
      usage = usageIn(bytes, members);
      const hasOutput = usage !== null && allOutputTokens(usage) > 0;
      whole = bytes;
      if (!hasOutput && textBytes() > 0) usage = null;
      // The books hold an estimate then; no other numbers may stand beside it.
      const shown = (usage === null ? withoutUsage : withoutSupplierCost)(members, bytes);
      const shownMembers = shown === bytes ? members : replyMembers(shown);
      sink.sendWhole(shownMembers === null ? shown : withPublicModel(shown, shownMembers, names.modelId));
      return null;
    },
    usage: () => usage,
    inputUsage: () => null,
    textBytes,
    heldBytes: () => (isPassing ? 0 : totalBytes),
    hasDelivered: () => isPassing,
    outputTokensSoFar: () => 0,
  };
}

/** The last `usage` object of a reply whose beginning is gone. */
function usageNearEnd(tail: Buffer): TokenUsage | null {
  const text = tail.toString('latin1', Math.max(0, tail.length - 4096));
  const found = [...text.matchAll(/"usage"\s*:\s*(\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\})/g)].at(-1)?.[1];
  if (found === undefined) return null;
  try {
    return usageOf(JSON.parse(found));
  } catch {
    return null;
  }
}
