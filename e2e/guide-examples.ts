/** A fenced block marked `test`, with what the guide says it prints: the block marked `shape` after it. */
export interface Example {
  /** `getting-started.md:42`, to find it again. */
  readonly place: string;
  readonly language: 'sh' | 'python' | 'js';
  readonly code: string;
  readonly shape: { readonly form: 'json' | 'text'; readonly text: string };
}

const fence = /^```(\w+) (test|shape)\n([\s\S]*?)^```$/gm;

/** @throws for an example that does not say what it prints, or a shape without an example. */
export function examplesOf(page: string, markdown: string): Example[] {
  const blocks = [...markdown.matchAll(fence)].map(([, language = '', mark = '', code = ''], index, all) => {
    const line = markdown.slice(0, all[index]?.index).split('\n').length;
    return { place: `${page}:${line}`, language, mark, code };
  });
  if (blocks.some(({ mark }, index) => (mark === 'test') !== (index % 2 === 0)))
    throw new Error(`${page}: every "test" block needs a "shape" block after it`);
  return blocks.flatMap(({ place, language, mark, code }, index) => {
    const shape = blocks[index + 1];
    if (mark === 'shape' || shape === undefined) return [];
    return [
      {
        place,
        language: asLanguage(language, place),
        code,
        shape: { form: asForm(shape.language, place), text: shape.code },
      },
    ];
  });
}

/** What differs between a printed text and the documented one, null when nothing does. */
export function findDifference({ shape }: Example, printed: string): string | null {
  if (shape.form === 'json') return differenceOf(JSON.parse(shape.text), parse(printed), '$');
  return textPattern(shape.text).test(printed.trim()) ? null : 'the text has another form';
}

/** The same fields with the same types all the way down; null stands for "this or nothing". */
function differenceOf(documented: unknown, actual: unknown, path: string): string | null {
  if (documented === null || actual === null) return null;
  if (Array.isArray(documented)) {
    if (!Array.isArray(actual)) return `${path} is no list`;
    const [first] = documented;
    if (first === undefined) return null;
    if (actual.length === 0) return `${path} is empty`;
    return firstOf(actual.map((item, index) => differenceOf(first, item, `${path}[${index}]`)));
  }
  if (typeof documented !== 'object')
    return typeof documented === typeof actual ? null : `${path} is a ${typeof actual}`;
  if (typeof actual !== 'object') return `${path} is no object`;
  const [wanted, found] = [new Map(Object.entries(documented)), new Map(Object.entries(actual))];
  const names = new Set([...wanted.keys(), ...found.keys()]);
  return firstOf(
    [...names].map((name) => {
      if (!found.has(name)) return `${path}.${name} is missing`;
      if (!wanted.has(name)) return `${path}.${name} is not documented`;
      return differenceOf(wanted.get(name), found.get(name), `${path}.${name}`);
    }),
  );
}

function firstOf(differences: readonly (string | null)[]): string | null {
  return differences.find((difference) => difference !== null) ?? null;
}

/** `…` stands for any text and a number for any number. */
function textPattern(text: string): RegExp {
  const pattern = text
    .trim()
    .replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll('…', String.raw`[\s\S]*`)
    .replaceAll(/\d+/g, String.raw`\d+`);
  return new RegExp(`^${pattern}$`);
}

function parse(printed: string): unknown {
  try {
    return JSON.parse(printed) as unknown;
  } catch {
    return printed;
  }
}

function asLanguage(text: string, place: string): Example['language'] {
  if (text === 'sh' || text === 'python' || text === 'js') return text;
  throw new Error(`${place}: nothing runs ${text}`);
}

function asForm(text: string, place: string): 'json' | 'text' {
  if (text === 'json' || text === 'text') return text;
  throw new Error(`${place}: its shape must be json or text`);
}
