import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { citeLaw, isCitation } from '@candor/privacy-engine';
import { expect, test } from 'vitest';
import ts from 'typescript';
import { issueRules } from '../kernel/issue-rules.ts';
import { laws } from '../declare/laws.ts';
import { problemPages } from '../testing/problem-pages.ts';
import { registry } from '../testing/registry.ts';

// What people read, wherever it is written: one test for each kind of carelessness.
const root = fileURLToPath(new URL('../..', import.meta.url));

interface Wording {
  readonly place: string;
  /** The text of one literal; `\uE000` stands for every value that is put in. */
  readonly text: string;
}

function sourceFiles(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter(
      ({ name, parentPath }) =>
        /\.tsx?$/.test(name) &&
        !/\.(test|fixture|d)\.tsx?$/.test(name) &&
        !/node_modules|dist/.test(parentPath),
    )
    .map(({ name, parentPath }) => relative(root, join(parentPath, name)));
}

function wordings(file: string): Wording[] {
  const source = ts.createSourceFile(
    file,
    readFileSync(join(root, file), 'utf8'),
    ts.ScriptTarget.Latest,
    true,
  );
  const found: Wording[] = [];
  const visit = (node: ts.Node): void => {
    const text = textOf(node);
    if (text !== null) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
      found.push({ place: `${file}:${line + 1}`, text });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function textOf(node: ts.Node): string | null {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node) || ts.isJsxText(node))
    return node.text;
  if (!ts.isTemplateExpression(node)) return null;
  return node.head.text + node.templateSpans.map(({ literal }) => `\uE000${literal.text}`).join('');
}

const written = ['privacy-engine', 'server', 'console/src']
  .flatMap(sourceFiles)
  .filter((file) => !file.startsWith('server/testing/') && !file.includes('/testing/'))
  .flatMap(wordings);
const chinese = written.filter(({ text }) => /\p{Script=Han}/u.test(text));

/** Half-width punctuation beside Han, a full-width mark or a value, where Chinese puts full-width marks. */
const halfWidth =
  /(?<=[\p{Script=Han}、。，；：！？（）《》“”])[,;:!?()]|[()](?=[\p{Script=Han}《“])|[,;:](?=[\p{Script=Han}《“])|\p{Script=Han}\uE000[,;:](?!\/\/)|\p{Script=Han}\.(?=\s|$)/u;

test('Chinese is written with Chinese punctuation, on the server and in the console', () => {
  expect(chinese.length).toBeGreaterThan(900);
  expect(chinese.filter(({ text }) => halfWidth.test(text))).toEqual([]);
});

const lawNames = Object.keys(laws).join('|');

test('Chinese names laws by their Chinese titles, and people never read a short name', () => {
  const inChinese = new RegExp(`${lawNames}|Art\\.`);
  expect(chinese.filter(({ text }) => inChinese.test(text))).toEqual([]);
  // A citation alone (`PIPL 13(1)[2]`) is for `citeLaw`; inside a sentence it would be shown as it stands.
  const inSentence = new RegExp(`(?:${lawNames}) \\d`);
  const shown = written.filter(
    ({ place, text }) =>
      inSentence.test(text) &&
      !isCitation(laws, text) &&
      /messages|problems|templates|letters|grounds/.test(place),
  );
  expect(shown).toEqual([]);
});

test('every law the declarations cite has a title in both languages and a source', () => {
  const { purposes } = registry.vocabulary;
  const cited = new Set([
    ...Object.values(purposes).flatMap(({ cite }) => cite ?? []),
    ...registry.tables.flatMap(({ rule, columns }) => [
      ...(typeof rule.rows === 'object' && 'keepUntil' in rule.rows ? [rule.rows.keepUntil.law] : []),
      ...columns.flatMap(({ datum }) => datum?.keep.min?.law ?? []),
      ...columns.flatMap(({ datum }) =>
        typeof datum?.onErase === 'object' && 'retain' in datum.onErase ? [datum.onErase.retain.law] : [],
      ),
    ]),
  ]);
  expect(cited.size).toBeGreaterThan(5);
  for (const citation of cited) {
    expect(citeLaw(laws, citation, 'zh'), citation).toMatch(
      /^《\p{Script=Han}+》第[一二三四五六七八九十百千零]+条/u,
    );
    expect(citeLaw(laws, citation, 'en'), citation).toMatch(/, Art\. \d/);
  }
  for (const { title, source } of Object.values(laws)) {
    expect(title.zh).toMatch(/^\p{Script=Han}+$/u);
    expect(source).toMatch(/^https:\/\/[^/]*gov\.cn/);
  }
});

interface Schema {
  readonly $ref?: string;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
}
interface Described {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly responses?: unknown }>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** Every list of words that an answer may hold: where, the words, and the other members of the same object. */
function answeredWords({ paths, components }: Described) {
  const found: { place: string; words: string[]; beside: string[] }[] = [];
  const seen = new Set<string>();
  const visit = (value: unknown, place: string, beside: string[]): void => {
    if (typeof value !== 'object' || value === null) return;
    const { $ref, enum: words, properties } = value as Schema;
    if ('x-for-programs' in value) return;
    const name = $ref?.split('/').at(-1);
    if (name !== undefined && !seen.has(name)) {
      seen.add(name);
      visit(components.schemas[name], name, []);
    }
    if (words !== undefined && words.every((word) => typeof word === 'string'))
      found.push({ place, words: [...words], beside });
    for (const [key, part] of Object.entries(properties ?? {}))
      visit(part, `${place}.${key}`, Object.keys(properties ?? {}));
    for (const [key, part] of Object.entries(value))
      if (key !== 'properties' && key !== 'enum') visit(part, place, beside);
  };
  for (const [path, methods] of Object.entries(paths))
    for (const [method, { responses }] of Object.entries(methods)) visit(responses, `${method} ${path}`, []);
  return found;
}

type Words = Readonly<Record<string, unknown>>;

/** Where the console has texts in one language. */
function textFiles(language: string): string[] {
  return sourceFiles('console/src').filter((file) => file.endsWith(`.${language}.ts`));
}

/** Every group of texts of the console, in one language. */
async function textGroups(language: 'zh' | 'en'): Promise<Words[]> {
  const groups: Words[] = [];
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    groups.push(value as Words);
    for (const part of Object.values(value)) visit(part);
  };
  for (const file of textFiles(language))
    visit({ ...((await import(pathToFileURL(join(root, file)).href)) as object) });
  return groups;
}

/** A text, or a title with more below it. */
function isText(value: unknown): boolean {
  if (typeof value === 'object' && value !== null && 'title' in value) return isText(value.title);
  return typeof value === 'string' && value !== '';
}

test('every word that an answer may hold has a text in both languages: beside it, or in the console', async () => {
  const described: Described = JSON.parse(readFileSync(join(root, 'docs/openapi.json'), 'utf8'));
  const answered = answeredWords(described).filter(({ place, beside }) => {
    const member = place.split('.').at(-1) ?? '';
    return (
      !['Label', 'Title', 's'].some((end) => beside.includes(`${member}${end}`)) && !beside.includes('label')
    );
  });
  expect(answered.length).toBeGreaterThan(25);
  for (const language of ['zh', 'en'] as const) {
    const groups = await textGroups(language);
    const hasText = (words: readonly string[]) =>
      groups.some((group) => words.every((word) => isText(group[word])));
    const without = answered.filter(({ words }) => !hasText(words));
    expect(
      without.map(({ place, words }) => `${place}: ${words.join(' ')}`),
      language,
    ).toEqual([]);
  }
});

/** Keys of one group of a messages file of the console, which is data of one form. */
function messageKeys(file: string, group: string | null): string[] {
  const source = readFileSync(join(root, file), 'utf8');
  const start = group === null ? 0 : source.indexOf(`\n  ${group}: {`);
  if (start < 0) return [];
  const body = group === null ? source : source.slice(start, source.indexOf('\n  },', start));
  const indent = group === null ? 2 : 4;
  return [...body.matchAll(new RegExp(`^ {${indent}}(\\w+):`, 'gm'))].map(([, key = '']) => key);
}

test('every problem has words in both languages', () => {
  const codes = problemPages().map((page) => basename(page, '.md'));
  expect(codes.length).toBeGreaterThan(50);
  for (const language of ['zh', 'en']) {
    const missing = codes.filter((code) => {
      const [module = '', name = ''] = code.split('.');
      const files = textFiles(language).filter((file) => file.endsWith(`/problems.${language}.ts`));
      return !files.some((file) => messageKeys(file, module).includes(name));
    });
    expect(missing, language).toEqual([]);
  }
});

test('every rule a field may break has words in both languages', () => {
  for (const language of ['zh', 'en']) {
    expect(messageKeys(`console/src/shared/i18n/issues.${language}.ts`, null), language).toEqual([
      ...issueRules,
    ]);
  }
});
