import { countOf, invalid, type ReadableBody, wordOf } from '../../request-values.ts';
import type { ImageWishes, Work } from '../../work.ts';
import { dearestClassOf, imageTokensOf } from './image-sizes.ts';

/** OpenAI makes as many at once. */
const maxImages = 10;

/** @throws `gateway.malformed_request` naming the field at fault. */
export function imageWishesOf({ read }: Pick<ReadableBody, 'read'>): ImageWishes {
  const format = wordOf(read('response_format'), 'response_format');
  if (format !== null && format !== 'b64_json')
    throw invalid('response_format', "must be 'b64_json': pictures are not stored, so there is no address");
  const size = wordOf(read('size'), 'size');
  if (size !== null && size !== 'auto' && !/^\d{1,5}x\d{1,5}$/.test(size))
    throw invalid('size', "must be like '1024x1024', or 'auto'");
  const quality = wordOf(read('quality'), 'quality');
  return {
    of: 'images',
    count: countOf(read('n'), 'n', maxImages) ?? 1,
    size: size === 'auto' ? null : size,
    quality: quality === 'auto' ? null : quality,
  };
}

export function imageWorkOf(wishes: ImageWishes): Work {
  const { most, usual } = imageTokensOf(wishes);
  return {
    most: { [dearestClassOf(wishes)]: wishes.count },
    outputTokens: most * wishes.count,
    usualOutputTokens: usual * wishes.count,
    wishes,
  };
}

/** Models of OpenAI's that always answer with the bytes and refuse to be asked for them. */
export function takesResponseFormat(upstreamModel: string): boolean {
  return !/gpt-image/i.test(upstreamModel);
}
