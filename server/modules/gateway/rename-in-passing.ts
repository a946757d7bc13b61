import { jsonBytes } from '../../kernel/json-bytes.ts';

const { quote, backslash, comma, colon, openBrace, closeBrace, openBracket, closeBracket } = jsonBytes;
/** Names of members are compared up to here. */
const maxNameBytes = 64;

/**
 * Puts the public name of the model into a JSON object that is too large to be held, piece by piece: the text of its
 * outermost member `model` is left out and the name written instead. Every byte is looked at once.
 */
export function createPassingRename(publicId: string): (chunk: Buffer) => Buffer {
  const publicText = Buffer.from(JSON.stringify(publicId));
  let depth = 0;
  let isInString = false;
  let isEscaped = false;
  /** Behind the colon of an outermost member. */
  let isValue = false;
  let isModel = false;
  let name: number[] = [];

  /** @returns whether the string that ends here was the model's name. */
  function endString(): boolean {
    if (depth !== 1) return false;
    if (isValue) return isModel;
    isModel = textOf(name) === 'model';
    return false;
  }

  return (chunk) => {
    const parts: Buffer[] = [];
    let start = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at] ?? 0;
      const isOutermost = depth === 1;
      if (isInString) {
        if (isOutermost && !isValue && name.length < maxNameBytes) name.push(byte);
        if (isEscaped) isEscaped = false;
        else if (byte === backslash) isEscaped = true;
        else if (byte === quote) {
          isInString = false;
          if (!endString()) continue;
          parts.push(publicText);
          start = at + 1;
        }
      } else if (byte === quote) {
        isInString = true;
        if (isOutermost && !isValue) name = [];
        else if (isOutermost && isModel) {
          parts.push(chunk.subarray(start, at));
          start = chunk.length;
        }
      } else if (byte === openBrace || byte === openBracket) depth += 1;
      else if (byte === closeBrace || byte === closeBracket) depth -= 1;
      else if (isOutermost && byte === colon) isValue = true;
      else if (isOutermost && byte === comma) {
        isValue = false;
        isModel = false;
      }
    }
    const isLeftOut = isInString && depth === 1 && isValue && isModel;
    if (!isLeftOut) parts.push(chunk.subarray(start));
    return parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
  };
}

/** The name without its closing quote, escapes read. */
function textOf(bytes: readonly number[]): string {
  try {
    return String(JSON.parse(`"${Buffer.from(bytes).toString('utf8')}`));
  } catch {
    return '';
  }
}
