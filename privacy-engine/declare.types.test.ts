import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { expect, test } from 'vitest';

const folder = fileURLToPath(new URL('.', import.meta.url));
const prelude = `
import { integer, pgSchema, text } from 'drizzle-orm/pg-core';
import { indexText, sealedText } from './declare.ts';
import type { Sealed } from './sealing/sealed-table.ts';
import { createShop, completeDatum } from './testing/shop.ts';
const { privacy } = createShop();
const { blindIndex, personal, plain, privacyTable } = privacy;
const schema = pgSchema('snippet');
const rule = { tenant: { none: 'test' }, subject: 'id', rows: 'delete', access: { orders: ['select'] } } as const;
const id = plain(text().primaryKey(), 'random identifier');
`;

/** Messages of the type checker for a snippet placed after the prelude. One program checks all snippets. */
function diagnosticsOf(snippets: Record<string, string>): Record<string, string[]> {
  const names = Object.keys(snippets);
  const pathOf = (name: string) => `${folder}${name}.snippet.ts`;
  const sources = new Map(names.map((name) => [pathOf(name), `${prelude}${snippets[name]}\n`]));
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    allowImportingTsExtensions: true,
    types: [],
  };
  const host = ts.createCompilerHost(options);
  const { fileExists, getSourceFile } = host;
  host.fileExists = (path) => sources.has(path) || fileExists(path);
  host.getSourceFile = (path, language) => {
    const source = sources.get(path);
    return source === undefined ? getSourceFile(path, language) : ts.createSourceFile(path, source, language);
  };
  const program = ts.createProgram([...sources.keys()], options, host);
  return Object.fromEntries(
    names.map((name) => {
      const file = program.getSourceFile(pathOf(name));
      const found = program
        .getSemanticDiagnostics(file)
        .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
      return [name, found];
    }),
  );
}

const sealedTable = `const { clear: _, ...datum } = completeDatum;
const people = privacyTable(schema, 'people', { id, name: personal(sealedText().notNull(), datum) }, rule);
type Insert = typeof people.$inferInsert;
`;

const snippets = {
  sealed: `${sealedTable} const row: Insert = { id: 'x', name: '' as Sealed<string> }; void row;`,
  plainForSealed: `${sealedTable} const row: Insert = { id: 'x', name: 'Li Lei' }; void row;`,
  readableText: `const { clear: _, ...datum } = completeDatum; personal(text(), datum);`,
  sealedAndClear: `personal(sealedText(), completeDatum);`,
  indexOfPlainText: `blindIndex(text(), 'name');`,
  index: `blindIndex(indexText(), 'name');`,
  complete: `privacyTable(schema, 't', { id, note: personal(text(), completeDatum), count: plain(integer(), 'counts our own attempts') }, rule);`,
  aboutNobody: `privacyTable(schema, 't', { id, count: plain(integer()) }, { tenant: { none: 'test' }, rows: { notPersonal: 'test' }, access: {} });`,
  accountWithoutReason: `privacyTable(schema, 't', { id, count: plain(integer()) }, { tenant: 'id', rows: { notPersonal: 'test' }, access: {} });`,
  numberWithoutReason: `privacyTable(schema, 't', { id, note: personal(text(), completeDatum), count: plain(integer()) }, rule);`,
  undeclared: `privacyTable(schema, 't', { id, note: text() }, rule);`,
  noRule: `privacyTable(schema, 't', { id });`,
  unknownPurpose: `personal(text(), { ...completeDatum, purposes: ['advertising'] });`,
  noPurpose: `personal(text(), { ...completeDatum, purposes: [] });`,
  noRetention: `const { keep: _, ...rest } = completeDatum; personal(text(), rest);`,
  noEnd: `personal(text(), { ...completeDatum, onErase: { retain: { law: 'Some Law 7' } } });`,
  legitimateInterest: `privacy.vocabulary.purposes.orders satisfies { basis: 'legitimate-interest' };`,
  unknownRecipient: `personal(text(), { ...completeDatum, to: ['advertiser'] });`,
  textWithoutReason: `plain(text());`,
  unknownSubject: `privacyTable(schema, 't', { id }, { ...rule, subject: 'owner' });`,
};
const diagnostics = diagnosticsOf(snippets);

test('a table whose every column is declared compiles', () => {
  expect(diagnostics['complete']).toEqual([]);
  expect(diagnostics['aboutNobody']).toEqual([]);
  expect(diagnostics['sealed']).toEqual([]);
  expect(diagnostics['index']).toEqual([]);
});

test.for([
  ['a column without a declaration', 'undeclared'],
  ['a table without a rule for its rows', 'noRule'],
  ['an unknown purpose', 'unknownPurpose'],
  ['a datum without a purpose', 'noPurpose'],
  ['a datum without retention', 'noRetention'],
  ['retaining after erasure without an end', 'noEnd'],
  ['a basis outside PIPL 13 (DRUN-3.4.a-f, CHIPL-5)', 'legitimateInterest'],
  ['an unknown recipient', 'unknownRecipient'],
  ['plain text without a reason', 'textWithoutReason'],
  ['a plain number in a row about a person without a reason', 'numberWithoutReason'],
  ['a plain number in a row of an account without a reason', 'accountWithoutReason'],
  ['a plain value for a sealed column', 'plainForSealed'],
  ['a personal text that is neither sealed nor says why it is readable', 'readableText'],
  ['a sealed column that claims to be readable', 'sealedAndClear'],
  ['a look-up column of ordinary text', 'indexOfPlainText'],
  ['a subject column that does not exist', 'unknownSubject'],
] as const)('%s does not compile', ([, name]) => {
  expect(diagnostics[name]).not.toEqual([]);
});
