import compile from 'icu-minify/compile';
import { parseSync, type Plugin } from 'vite';

type Statement = ReturnType<typeof parseSync>['program']['body'][number];
type Expression = Extract<Statement, { type: 'ExpressionStatement' }>['expression'];

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Texts are compiled when the console is built, so that the browser gets a formatter without a parser. */
export function compiledTexts(): Plugin {
  return {
    name: 'compiled-texts',
    // Before types are removed: the parser reads them, and nothing has rewritten the texts yet.
    enforce: 'pre',
    config: () => ({
      resolve: {
        alias: [{ find: /^use-intl\/format-message$/, replacement: 'use-intl/format-message/format-only' }],
      },
    }),
    transform: {
      filter: { id: /\/src\/.*\.(?:en|zh)\.ts$/ },
      handler: (code) => ({ code: compileTexts(code), map: null }),
    },
  };
}

/** The source of a file of texts with each text that has places, plurals or tags in compiled form. */
export function compileTexts(code: string): string {
  const edits: Edit[] = [];
  for (const statement of parseSync('texts.ts', code).program.body) {
    const declared = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
    if (declared?.type !== 'VariableDeclaration') continue;
    for (const { init } of declared.declarations) if (init !== null) collectEdits(init, edits);
  }
  let at = 0;
  const pieces = edits.flatMap(({ start, end, text }) => {
    const before = code.slice(at, start);
    at = end;
    return [before, text];
  });
  return [...pieces, code.slice(at)].join('');
}

function collectEdits(node: Expression, edits: Edit[]): void {
  if (node.type === 'TSAsExpression' || node.type === 'TSSatisfiesExpression') {
    collectEdits(node.expression, edits);
    return;
  }
  // A group of texts that another file writes, which is compiled there.
  if (node.type === 'Identifier') return;
  if (node.type === 'ObjectExpression') {
    for (const property of node.properties)
      if (property.type === 'Property') collectEdits(property.value, edits);
    return;
  }
  if (node.type !== 'Literal' || typeof node.value !== 'string')
    throw new Error(`a file of texts holds strings in objects, not a ${node.type}`);
  const compiled = compile(node.value);
  if (compiled === node.value) return;
  edits.push({ start: node.start, end: node.end, text: JSON.stringify(compiled) });
}
