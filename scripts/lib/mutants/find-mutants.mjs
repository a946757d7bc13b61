import ts from 'typescript';
import { statementMutations } from './statement-mutations.mjs';
import { expressionMutations } from './expression-mutations.mjs';

/**
 * One small wrong change of a source text.
 * @typedef {object} Mutant
 * @property {string} file
 * @property {string} line text of the line it begins on
 * @property {number} lineNumber
 * @property {string} mutation what becomes of what: `a < b → a <= b`
 * @property {number} start
 * @property {number} end
 * @property {string} replacement
 * @property {'expression' | 'statement'} kind
 */

/**
 * @typedef {object} Loop a loop's body: where a guard against endless loops stands
 * @property {number} start
 * @property {number} end
 */

/**
 * Every mutant of a source text, in the order of the text. What a mutant is called by (its file, the text of its line
 * and its mutation) survives edits elsewhere in the file.
 * @param {string} file
 * @param {string} text
 * @returns {{ mutants: Mutant[], loops: Loop[] }}
 */
export function findMutants(file, text) {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ESNext, true);
  /** @type {Mutant[]} */
  const mutants = [];
  /** @type {Loop[]} */
  const loops = [];
  /** @param {ts.Node} node */
  const visit = (node) => {
    if (ts.isTypeNode(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return;
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return;
    if (ts.isIterationStatement(node, false)) {
      loops.push({ start: node.statement.getStart(source), end: node.statement.end });
    }
    add(node, expressionMutations(node, source), 'expression');
    add(node, statementMutations(node), 'statement');
    ts.forEachChild(node, visit);
  };
  /**
   * @param {ts.Node} node
   * @param {string[]} replacements
   * @param {Mutant['kind']} kind
   */
  const add = (node, replacements, kind) => {
    const start = node.getStart(source);
    for (const replacement of replacements) {
      const lineNumber = source.getLineAndCharacterOfPosition(start).line;
      mutants.push({
        file,
        line: lineAt(text, start),
        lineNumber: lineNumber + 1,
        mutation: `${short(node.getText(source))} → ${short(replacement) || 'nothing'}`,
        start,
        end: node.end,
        replacement,
        kind,
      });
    }
  };
  visit(source);
  return { mutants: named(mutants.sort((a, b) => a.start - b.start || b.end - a.end)), loops };
}

/**
 * The name a mutant has in the list of survivors.
 * @param {{ file: string, line: string, mutation: string }} mutant
 */
export function keyOf({ file, line, mutation }) {
  return [file, line, mutation].join('\n');
}

/**
 * Two mutants of one name are told apart by their number.
 * @param {Mutant[]} mutants
 */
function named(mutants) {
  /** @type {Map<string, number>} */
  const seen = new Map();
  return mutants.map((mutant) => {
    const count = (seen.get(keyOf(mutant)) ?? 0) + 1;
    seen.set(keyOf(mutant), count);
    return count === 1 ? mutant : { ...mutant, mutation: `${mutant.mutation} (${count})` };
  });
}

/**
 * @param {string} text
 * @param {number} position
 */
function lineAt(text, position) {
  const start = text.lastIndexOf('\n', position - 1) + 1;
  const end = text.indexOf('\n', position);
  return text.slice(start, end === -1 ? text.length : end).trim();
}

/** @param {string} text */
function short(text) {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= 80 ? line : `${line.slice(0, 50)} … ${line.slice(-25)}`;
}
