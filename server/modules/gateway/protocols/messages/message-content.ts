import { fieldsOf } from '../../usage.ts';

/** Fields of a block in which the model writes. */
const written = ['text', 'thinking', 'partial_json', 'data', 'name'] as const;

/**
 * Bytes that the model wrote into a block of an answer, or into a piece of one: text, thinking, calls of tools and what
 * is given to them.
 */
export function textBytesOfBlock(block: unknown): number {
  const fields = fieldsOf(block);
  if (fields === null) return 0;
  const texts = written.map((name) => fields[name]).filter((value) => typeof value === 'string');
  const input = fieldsOf(fields['input']);
  const inputBytes =
    input === null || Object.keys(input).length === 0 ? 0 : Buffer.byteLength(JSON.stringify(input));
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), inputBytes);
}

/** Of all blocks of a whole answer. */
export function textBytesOfBlocks(content: unknown): number {
  return Array.isArray(content)
    ? content.reduce<number>((sum, block) => sum + textBytesOfBlock(block), 0)
    : 0;
}
