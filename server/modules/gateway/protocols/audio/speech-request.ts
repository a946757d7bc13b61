import { invalid, missing, type ReadableBody, valueIn, wordOf } from '../../request-values.ts';
import type { Work } from '../../work.ts';

/** Eight times what OpenAI speaks at once. */
const maxCharacters = 32_768;
const formats: ReadonlySet<string> = new Set(['mp3', 'opus', 'aac', 'flac', 'wav', 'pcm']);

/** @throws `gateway.malformed_request` naming the field at fault. */
export function speechWorkOf(body: ReadableBody): Work {
  const { read } = body;
  const format = wordOf(read('response_format'), 'response_format') ?? 'mp3';
  if (!formats.has(format)) throw invalid('response_format', `must be one of ${[...formats].join(', ')}`);
  if ((wordOf(read('stream_format'), 'stream_format') ?? 'audio') !== 'audio')
    throw invalid('stream_format', "must be 'audio': the sound is streamed as it is");
  const characters = charactersOf(body);
  return {
    most: { characters },
    outputTokens: 0,
    usualOutputTokens: 0,
    wishes: { of: 'speech', format, characters },
  };
}

/** Code points of the text, as a person counts them. */
function charactersOf({ body, members }: ReadableBody): number {
  const member = members.get('input');
  if (member === undefined) throw missing('input');
  const rule = `must be a text of 1 to ${maxCharacters} characters`;
  // The longest way to write a character in JSON has twelve bytes.
  if (member.valueEnd - member.valueStart > 12 * maxCharacters + 2) throw invalid('input', rule);
  const text = valueIn(body, member, 'input');
  const characters = typeof text === 'string' ? [...text].length : 0;
  if (characters === 0 || characters > maxCharacters) throw invalid('input', rule);
  return characters;
}
