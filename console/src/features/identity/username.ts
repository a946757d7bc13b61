/** Letters and digits of any script, and `. _ -` between them: the server's rule. */
export function isUsername(text: string): boolean {
  const name = text.normalize('NFKC').trim();
  return name.length >= 2 && /^[\p{L}\p{N}](?:[\p{L}\p{N}._-]{0,38}[\p{L}\p{N}])?$/u.test(name);
}
