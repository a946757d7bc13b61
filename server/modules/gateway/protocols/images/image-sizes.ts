import type { PieceUsage } from '../../usage.ts';

/** How a picture is counted: by its size and quality. */
export type ImageClass = keyof Pick<
  PieceUsage,
  'images' | 'largeImages' | 'highQualityImages' | 'largeHighQualityImages'
>;

/** What a request or an answer says of its pictures; null for what it leaves to the model. */
export interface ImageLook {
  readonly size: string | null;
  readonly quality: string | null;
}

const smallPixels = 1024 * 1024;
const highQualities: ReadonlySet<string> = new Set(['hd', 'high']);
/**
 * Tokens of a picture up to 1024 by 1024, and of a larger one, as OpenAI's models write it: for the hold, and for a server
 * that has not counted.
 */
const tokensByQuality = { low: [272, 408], medium: [1056, 1584], high: [4160, 6240] } as const;

/** What is said first counts; what neither has said is the model's usual picture. */
export function classOf(...looks: readonly ImageLook[]): ImageClass {
  const isLarge = pixelsOf(firstOf(looks, 'size')) > smallPixels;
  const isHigh = highQualities.has(firstOf(looks, 'quality') ?? '');
  if (isHigh) return isLarge ? 'largeHighQualityImages' : 'highQualityImages';
  return isLarge ? 'largeImages' : 'images';
}

/** The dearest that a picture may become, for the hold: what is left to the model may be large and of high quality. */
export function dearestClassOf(look: ImageLook): ImageClass {
  return classOf(look, { size: `${smallPixels}x2`, quality: 'high' });
}

/** @returns the most that a picture may have, and what one has as a rule. */
export function imageTokensOf(look: ImageLook): { readonly most: number; readonly usual: number } {
  const size = pixelsOf(look.size) > smallPixels ? 1 : 0;
  const quality = qualityOf(look.quality);
  const most = tokensByQuality[quality ?? 'high'][look.size === null ? 1 : size];
  return { most, usual: tokensByQuality[quality ?? 'medium'][size] };
}

function qualityOf(quality: string | null): keyof typeof tokensByQuality | null {
  if (quality === null) return null;
  if (highQualities.has(quality)) return 'high';
  return quality === 'low' ? 'low' : 'medium';
}

function firstOf(looks: readonly ImageLook[], name: keyof ImageLook): string | null {
  return looks.map((look) => look[name]).find((value) => value !== null) ?? null;
}

function pixelsOf(size: string | null): number {
  const [, width, height] = /^(\d+)x(\d+)$/.exec(size ?? '') ?? [];
  return Number(width ?? 0) * Number(height ?? 0);
}
