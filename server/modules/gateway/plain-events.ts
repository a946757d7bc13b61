const usageNeedle = Buffer.from('"usage"');
const errorNeedle = Buffer.from('"error"');
const finishNeedle = Buffer.from('"finish_reason"');
const choicesNeedle = Buffer.from('"choices"');
const doneNeedle = Buffer.from('[DONE]');
const nameNeedle = Buffer.from('event:');

/**
 * Whether each of `count` events is a piece of the answer, and none can hold usage, an error, a name, a finish reason or
 * the end.
 */
export function isPlain(events: Buffer, count: number): boolean {
  return !(
    countOf(events, choicesNeedle) < count ||
    events.includes(errorNeedle) ||
    events.includes(doneNeedle) ||
    events.includes(nameNeedle) ||
    hasValue(events, usageNeedle, isObject) ||
    hasValue(events, finishNeedle, isText)
  );
}

const isObject = /^\s*:\s*\{/;
const isText = /^\s*:\s*"[^"]/;

/** Whether a name occurs with such a value; most upstreams send `"usage":null,"finish_reason":null` with every event. */
function hasValue(bytes: Buffer, name: Buffer, value: RegExp): boolean {
  for (let at = bytes.indexOf(name); at !== -1; at = bytes.indexOf(name, at + 1)) {
    if (value.test(bytes.toString('latin1', at + name.length, at + name.length + 16))) return true;
  }
  return false;
}

function countOf(bytes: Buffer, needle: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(needle); at !== -1; at = bytes.indexOf(needle, at + needle.length)) count += 1;
  return count;
}
