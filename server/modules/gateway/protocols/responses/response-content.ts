import { fieldsOf } from '../../usage.ts';

/** Fields of an item of an output in which the model writes. */
const written = new Set([
  'text',
  'refusal',
  'arguments',
  'name',
  'input',
  'code',
  'result',
  'encrypted_content',
]);
const maxDepth = 10;

/** Bytes that the model wrote into the items of a whole answer: text, reasoning, calls of tools and what they are given. */
export function textBytesOfOutput(value: unknown, depth = 0): number {
  if (Array.isArray(value))
    return value.reduce<number>((sum, one) => sum + textBytesOfOutput(one, depth + 1), 0);
  const fields = fieldsOf(value);
  if (fields === null || depth > maxDepth) return 0;
  return Object.entries(fields).reduce((sum, [name, inner]) => {
    if (typeof inner === 'string') return sum + (written.has(name) ? Buffer.byteLength(inner) : 0);
    return sum + textBytesOfOutput(inner, depth + 1);
  }, 0);
}

/** Of one event: a piece of a text, or the beginning of a call. */
export function textBytesOfEvent(type: string, fields: Readonly<Record<string, unknown>>): number {
  if (type.endsWith('.delta'))
    return typeof fields['delta'] === 'string' ? Buffer.byteLength(fields['delta']) : 0;
  // An item that begins holds what is known of it: the name of a tool, and seldom more.
  if (type === 'response.output_item.added') return textBytesOfOutput(fields['item']);
  const picture = fields['partial_image_b64'];
  return typeof picture === 'string' ? 1 : 0;
}
