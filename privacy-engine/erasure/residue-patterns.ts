/** Something that was known of the person and must not be found anywhere any more. */
export interface Identifier {
  readonly value: string;
  /** A name may be an ordinary word or another person's; an address, a number or a random id may not. */
  readonly kind: 'unmistakable' | 'name';
}

/** What to look for, as PostgreSQL compares it. */
export interface ResiduePatterns {
  /** For `like any`, lower case. */
  readonly anywhere: readonly string[];
  /** For `~*`, whole words; null when there are no names. */
  readonly words: string | null;
}

/** Shorter values would be found in anything. */
const shortest = 3;

export function residuePatterns(identifiers: readonly Identifier[]): ResiduePatterns {
  const usable = identifiers.filter(({ value }) => value.trim().length >= shortest);
  // Words are not separated in Chinese, so there a name is looked for anywhere.
  const isWord = ({ value, kind }: Identifier) => kind === 'name' && /^[\x20-\x7e]+$/.test(value);
  const words = usable.filter(isWord).map(({ value }) => escapeExpression(value.trim()));
  const anywhere = usable
    .filter((identifier) => !isWord(identifier))
    .flatMap(({ value }) => spellings(value.trim().toLowerCase()))
    .map((value) => `%${escapeLike(value)}%`);
  return {
    anywhere: [...new Set(anywhere)],
    words: words.length === 0 ? null : `(^|[^[:alnum:]])(${words.join('|')})($|[^[:alnum:]])`,
  };
}

/** A number is also looked for without its country; JSON may escape what is not ASCII. */
function spellings(value: string): string[] {
  const national = /^\+86(1\d{10})$/.exec(value)?.[1];
  const escaped = JSON.stringify(value).slice(1, -1);
  const ascii = escaped.replaceAll(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return [...new Set([national ?? value, escaped, ascii])];
}

function escapeLike(text: string): string {
  return text.replaceAll(/[\\%_]/g, String.raw`\$&`);
}

function escapeExpression(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9 ]/g, String.raw`\$&`);
}

/** The same search in a text that is in memory: a file, a cache, the log of a server. */
export function findsResidue(identifiers: readonly Identifier[], text: string): boolean {
  const lower = text.toLowerCase();
  return identifiers
    .filter(({ value }) => value.trim().length >= shortest)
    .some(({ value, kind }) => {
      const wanted = value.trim().toLowerCase();
      if (kind === 'unmistakable' || !/^[\x20-\x7e]+$/.test(value))
        return spellings(wanted).some((spelling) => lower.includes(spelling));
      return new RegExp(`(^|[^a-z0-9])${escapeExpression(wanted)}($|[^a-z0-9])`).test(lower);
    });
}
