/**
 * @typedef {{ pattern: string, instead: string }} Word `pattern` as a regular expression, `instead` says what to write
 */

/**
 * The words of a list in a text. Identifiers in quotes, such as `'nobody'` or the user `nobody` of Unix, are names and no prose.
 * @param {string} text
 * @param {Word[]} words
 * @returns {{ line: number, word: string, instead: string }[]}
 */
export function findWords(text, words) {
  const lines = text.split('\n');
  return words.flatMap(({ pattern, instead }) => {
    const search = new RegExp(String.raw`(?<![\w'\x60.-])(?:${pattern})(?![\w@-]|'(?:[,;)\]:]|$))`, 'gi');
    return lines.flatMap((line, index) =>
      [...line.matchAll(search)].map(([word]) => ({ line: index + 1, word, instead })),
    );
  });
}
