import type { RequestFacts } from '../../read-request.ts';
import type { ReplyReader } from '../../reply-reader.ts';
import type { ReplySink } from '../../reply-sink.ts';
import type { ModelNames } from '../../upstream-error.ts';
import { reportedFailure, shapeFailure, type UpstreamFailure } from '../../upstream-failure.ts';
import { fieldsOf } from '../../usage.ts';
import type { ImageWishes } from '../../work.ts';
import { createCollectedReply } from '../collected-reply.ts';
import { type Fields, parseFields } from '../event-fields.ts';
import { imageUsageOf, isBase64, pictureOf, shownFields, shownUsage } from './image-usage.ts';

/** Ten large pictures without loss have about as much. */
const maxReplyBytes = 64 * 1024 * 1024;

/**
 * Pictures as bytes, and nothing else of the server's: an address of theirs would name the supplier, and would outlive
 * the call at a company that the customer does not know.
 */
export function createImageReply(
  sink: ReplySink,
  facts: RequestFacts & ModelNames,
  wishes: ImageWishes,
): ReplyReader {
  return createCollectedReply(
    sink,
    (reply) => {
      const fields = parseFields(reply);
      if (fields === null) return { failure: shapeFailure() };
      if ((fields['error'] ?? null) !== null) return { failure: reportedFailure(reply, facts) };
      const pictures = picturesIn(fields, wishes.count);
      if (pictures === null) return { failure: withoutBytes(fields) };
      const { usage, isReported } = imageUsageOf(fields, { facts, wishes, count: pictures.length });
      const shown = {
        created: Number.isSafeInteger(fields['created']) ? fields['created'] : 0,
        ...shownFields(fields),
        data: pictures,
        ...(isReported ? { usage: shownUsage(fields['usage']) } : {}),
      };
      return { shown: Buffer.from(JSON.stringify(shown)), usage, textBytes: () => 0 };
    },
    maxReplyBytes,
  );
}

/** At most as many as were asked for; null unless all of them have their bytes. */
function picturesIn(fields: Fields, most: number) {
  const data = fields['data'];
  if (!Array.isArray(data) || data.length === 0) return null;
  const pictures = (data as readonly unknown[]).slice(0, most).map(pictureOf);
  return pictures.every((picture) => picture !== null) ? pictures : null;
}

/** The operator reads a word of its own about a server that gives addresses only. */
function withoutBytes(fields: Fields): UpstreamFailure {
  const data: unknown = fields['data'];
  const hasAddress =
    Array.isArray(data) && data.some((one) => typeof fieldsOf(one)?.['url'] === 'string' && !isBase64(one));
  return hasAddress ? { ...shapeFailure(), upstreamCode: 'url_instead_of_b64_json' } : shapeFailure();
}
