import ts from 'typescript';

/**
 * A promise of the policies. `missing` says why no test names it yet.
 * @typedef {{ id: string, mechanisms: string[], promise: string, missing: string }} Clause
 */

/** @typedef {{ file: string, name: string }} NamedTest */

/** What this part of the product is about; a clause kept by other means is listed once a test names it. */
const covered = new Set(['CONS', 'GATE', 'DSR', 'EXP', 'COR', 'ERA', 'RET', 'HOLD', 'VLT', 'AUD']);

/** Titles of the policies, by the first letters of their clauses. */
const policies = {
  DRUN: 'd.run privacy policy',
  LIST: 'd.run collection list',
  CHIPL: 'AI computing cloud',
  POOL: 'AI pool',
  FC: 'FCloud',
  LAW: 'What the law adds',
  X: 'Where the policies contradict each other',
};

const idPattern =
  /\b(?:(?:DRUN|LIST|CHIPL|POOL|FC|LAW)-[A-Za-z0-9]+(?:[.-][A-Za-z0-9]+)*|X\d{1,2})(?![\w-])/g;

/** @param {string} text */
export function idsIn(text) {
  return [...text.matchAll(idPattern)].map(([id]) => id);
}

/**
 * The ids a clause answers to: itself and, for `FC-6.4.1-8` or `CHIPL-1.2/1.3/1.4`, every member.
 * @param {string} id
 */
export function membersOf(id) {
  const [head = id, ...others] = id.split('/');
  if (others.length > 0) {
    return [id, head, ...others.map((tail) => head.slice(0, head.length - tail.length) + tail)];
  }
  const [, stem, from, to] = /^(.+[.-])(\d+|[a-z])-(\d+|[a-z])$/.exec(id) ?? [];
  if (stem === undefined || from === undefined || to === undefined) return [id];
  return [id, ...span(from, to).map((member) => stem + member)];
}

/**
 * @param {string} from
 * @param {string} to
 */
function span(from, to) {
  const isNumber = /\d/.test(from);
  const first = isNumber ? Number(from) : from.charCodeAt(0);
  const last = isNumber ? Number(to) : to.charCodeAt(0);
  return Array.from({ length: last - first + 1 }, (_, index) =>
    isNumber ? String(first + index) : String.fromCharCode(first + index),
  );
}

/**
 * Names of the tests in a file, as far as the source tells them; the rows of an inline table each make one.
 * @param {string} file
 * @param {string} source
 * @returns {NamedTest[]}
 */
export function testsIn(file, source) {
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true);
  /** @type {NamedTest[]} */
  const found = [];
  /** @param {import('typescript').Node} node */
  const visit = (node) => {
    if (ts.isCallExpression(node) && isTest(node.expression)) {
      const [first] = node.arguments;
      const title = first === undefined ? undefined : textOf(first);
      if (title !== undefined) found.push(...namesOf(title, node.expression).map((name) => ({ file, name })));
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

/**
 * @param {import('typescript').Expression} callee `test`, `test.skipIf(…)`, `describe.each(…)`
 * @returns {boolean}
 */
function isTest(callee) {
  if (ts.isIdentifier(callee)) return ['test', 'it', 'describe'].includes(callee.text);
  if (ts.isPropertyAccessExpression(callee) || ts.isCallExpression(callee)) return isTest(callee.expression);
  return false;
}

/**
 * @param {import('typescript').Node} node
 * @returns {string | undefined}
 */
function textOf(node) {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return undefined;
  return [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].join('…');
}

/**
 * @param {string} title
 * @param {import('typescript').Expression} callee
 */
function namesOf(title, callee) {
  const table = ts.isCallExpression(callee) ? unwrapped(callee.arguments[0]) : undefined;
  if (table === undefined || !ts.isArrayLiteralExpression(table) || !title.includes('%s')) return [title];
  return table.elements.map((row) => title.replace('%s', firstText(unwrapped(row)) ?? '…'));
}

/** @param {import('typescript').Expression | undefined} node */
function unwrapped(node) {
  return node !== undefined && ts.isAsExpression(node) ? node.expression : node;
}

/** @param {import('typescript').Expression | undefined} row */
function firstText(row) {
  if (row === undefined) return undefined;
  return ts.isArrayLiteralExpression(row) && row.elements[0] !== undefined
    ? textOf(row.elements[0])
    : textOf(row);
}

/**
 * The page of all clauses, and what is wrong with it.
 * @param {readonly Clause[]} clauses
 * @param {readonly NamedTest[]} tests
 */
export function describeClauses(clauses, tests) {
  /** @type {Map<string, string>} */
  const clauseOfId = new Map(clauses.flatMap(({ id }) => membersOf(id).map((member) => [member, id])));
  const faults = [];
  /** @type {Map<string, NamedTest[]>} */
  const testsOf = new Map();
  for (const test of tests) {
    for (const id of new Set(idsIn(test.name).map((named) => clauseOfId.get(named) ?? named))) {
      if (!clauseOfId.has(id)) faults.push(`${test.file}: "${test.name}" names ${id}, which is no clause`);
      testsOf.set(id, [...(testsOf.get(id) ?? []), test]);
    }
  }
  const shown = clauses.filter(
    (clause) => isCovered(clause) || testsOf.has(clause.id) || clause.missing !== '',
  );
  for (const { id, missing } of shown) {
    const isTested = testsOf.has(id);
    if (!isTested && missing === '') faults.push(`${id} has neither a test nor a word on what is missing`);
    if (isTested && missing !== '') faults.push(`${id} has a test, so nothing is missing: remove the note`);
  }
  return { page: pageOf(shown, testsOf), faults };
}

/** @param {Clause} clause */
function isCovered({ id, mechanisms }) {
  return !id.startsWith('X') && mechanisms.some((mechanism) => covered.has(mechanism));
}

/**
 * @param {readonly Clause[]} clauses
 * @param {ReadonlyMap<string, NamedTest[]>} testsOf
 */
function pageOf(clauses, testsOf) {
  const tested = clauses.filter(({ id }) => testsOf.has(id)).length;
  const sections = Object.entries(policies).map(([letters, title]) => {
    const own = clauses.filter(({ id }) => id.replace(/(-.*|\d+)$/, '') === letters);
    const rows = own.map(
      (clause) =>
        `| ${clause.id} | ${cell(clause.promise)} | ${clause.mechanisms.join(' ')} | ${proofOf(clause, testsOf)} |`,
    );
    return rows.length === 0
      ? ''
      : `## ${title}\n| clause | promise | kept by | proof |\n|---|---|---|---|\n${rows.join('\n')}\n`;
  });
  return `# Clauses and their tests
Written by \`node scripts/write-clauses.mjs\` from [clauses.csv](clauses.csv) and the names of the tests; \`npm run check\` refuses a stale page. Listed is every clause about consent (CONS), purposes (GATE), requests (DSR), export (EXP), correction (COR), erasure (ERA), retention (RET), restriction and holds (HOLD), keys (VLT) and the audit log (AUD), and every other clause that a test names. A test that names a clause proves the part its sentence states.

${tested} of ${clauses.length} clauses are named by a test; for ${clauses.length - tested} the page says what is missing.

${sections.filter((section) => section !== '').join('\n')}`;
}

/**
 * @param {Clause} clause
 * @param {ReadonlyMap<string, NamedTest[]>} testsOf
 */
function proofOf({ id, missing }, testsOf) {
  const tests = testsOf.get(id) ?? [];
  if (tests.length === 0) return `*missing:* ${cell(missing)}`;
  return tests
    .map(({ file, name }) => `[${shortened(file)}](../${file}): ${cell(withoutIds(name))}`)
    .sort()
    .join('<br>');
}

/** @param {string} file */
function shortened(file) {
  return file.replace(/^.*\//, '').replace(/\.test\.\w+$/, '');
}

/** @param {string} name */
function withoutIds(name) {
  return name.replace(new RegExp(`^(?:${idPattern.source}[\\s,:]*)+`), '');
}

/** @param {string} text */
function cell(text) {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('\n', ' ');
}
