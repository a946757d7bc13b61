import { tokensOfSound, tokensPerImage } from './media-input.ts';
import { readEvent, splitEvents } from './sse-events.ts';
import { textBytesFor } from './token-statistics.ts';

/** Fields of a choice that are not written by the model, or repeat what it wrote. */
const notText = new Set([
  'role',
  'id',
  'type',
  'finish_reason',
  'native_finish_reason',
  'stop_reason',
  'logprobs',
]);

/** Deeper than any delta of a model. */
const maxDepth = 20;

/** Bytes of text in events that were passed on: counted only when no usage came, and then forgotten. */
export function deliveredTextBytes(sample: {
  readonly parts: readonly Buffer[];
  readonly sampleBytes: number;
  readonly totalBytes: number;
  readonly largeTextBytes: number;
}): number {
  if (sample.sampleBytes === 0) return sample.largeTextBytes;
  const bytes = sample.parts.flatMap(splitEvents).reduce((sum, event) => sum + textBytesOfEvent(event), 0);
  return sample.largeTextBytes + Math.ceil((bytes * sample.totalBytes) / sample.sampleBytes);
}

/** Bytes of text in a whole reply without usage. */
export function replyTextBytes(json: string): number {
  return textBytesOfChoices(parseOrNull(json));
}

function textBytesOfEvent(event: Buffer): number {
  const { data } = readEvent(event);
  return data === null ? 0 : textBytesOfChoices(parseOrNull(data.toString('utf8')));
}

/**
 * Bytes that the model wrote into the choices of a reply or an event: text, reasoning, refusals, calls of tools. A picture
 * and sound are as long as a text of as many tokens, whatever their base64 is.
 */
export function textBytesOfChoices(reply: unknown): number {
  if (typeof reply !== 'object' || reply === null || !('choices' in reply) || !Array.isArray(reply.choices))
    return 0;
  return reply.choices.reduce<number>((sum, choice) => sum + textBytesIn(choice), 0);
}

function textBytesIn(value: unknown, depth = 0): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (typeof value !== 'object' || value === null || depth > maxDepth) return 0;
  return Object.entries(value).reduce(
    (sum, [key, inner]) => sum + (notText.has(key) ? 0 : bytesOfMember(key, inner, depth + 1)),
    0,
  );
}

function bytesOfMember(key: string, value: unknown, depth: number): number {
  if (typeof value === 'string' && (key === 'b64_json' || (key === 'url' && value.startsWith('data:'))))
    return textBytesFor(tokensPerImage);
  if (key !== 'audio' || typeof value !== 'object' || value === null || !('data' in value))
    return textBytesIn(value, depth);
  const { data, ...words } = value;
  const sound = typeof data === 'string' ? textBytesFor(tokensOfSound(data.length)) : 0;
  return sound + textBytesIn(words, depth);
}

function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
