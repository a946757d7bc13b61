import { expect, test } from 'vitest';
import { TokenText } from './token-text.ts';

// Tokens are bytes here, the smallest a token can be.
const detokenize = (bytes: number[]) => Buffer.from(bytes).toString('utf8');

function pieces(bytes: Iterable<number>): string[] {
  const text = new TokenText(detokenize, []);
  return [...Array.from(bytes, (byte) => text.push(byte)), text.flush()].filter((piece) => piece !== '');
}

test('a character that comes in several tokens is passed on whole', () => {
  expect(pieces(Buffer.from('a你🙂b'))).toEqual(['a', '你', '🙂', 'b']);
});

test('stray bytes do not hold the text back for ever, nor break a character that follows', () => {
  const stray = Array.from({ length: 9 }, () => 0xff);
  const text = pieces([...stray, ...Buffer.from('你好')]).join('');
  expect(text).toBe(`${'\uFFFD'.repeat(9)}你好`);
});

test('an unfinished character at the very end is shown as what it is', () => {
  expect(pieces([0x61, 0xe4, 0xbd])).toEqual(['a', '\uFFFD']);
});

test('what came before is passed to the tokenizer, so that spaces between words survive', () => {
  const seen: string[] = [];
  const text = new TokenText<string>(
    (tokens, previous) => {
      seen.push(`${previous.join('')}|${tokens.join('')}`);
      return tokens.join('');
    },
    ['x', 'y'],
  );
  text.push('a');
  text.push('b');
  expect(seen).toEqual(['xy|a', 'xya|b']);
});
