/**
 * @typedef {import('./find-mutants.mjs').Mutant} Mutant
 * @typedef {import('./find-mutants.mjs').Loop} Loop
 * @typedef {{ start: number, end: number, before: string, after: string }} Wrap text around a piece of the source
 */

/**
 * The source with one mutant in it, and a guard in each loop: a mutant that never ends fails instead.
 * @param {string} text
 * @param {Mutant} mutant
 * @param {Loop[]} loops
 */
export function withMutant(text, mutant, loops) {
  const { start, end, replacement, kind } = mutant;
  const guards = loops
    .filter((loop) => loop.end <= start || loop.start >= end || (loop.start <= start && loop.end >= end))
    .map((loop) => ({ ...loop, before: '{ globalThis.candorMutants?.turn(); ', after: ' }' }));
  const inserted = insertions(guards);
  const changed = kind === 'expression' ? `(${replacement})` : `{ ${replacement} }`;
  const before = inserted.filter(({ at, opens }) => at < start || (at === start && opens));
  const after = inserted.filter((one) => !before.includes(one));
  return [
    missingImport(text, mutant),
    insert(text, before, 0, start),
    changed,
    insert(text, after, end, text.length),
  ].join('');
}

/**
 * The source that reports which spans of mutants a test reaches.
 * @param {string} text
 * @param {Mutant[]} mutants
 */
export function withReports(text, mutants) {
  const spans = new Map(mutants.map((mutant) => [reportedSpan(mutant), mutant]));
  /** @type {Wrap[]} */
  const wraps = [...spans].map(([span, { start, end, kind }]) => {
    const report = `globalThis.candorMutants?.hit('${span}')`;
    return kind === 'expression'
      ? { start, end, before: `(${report}, `, after: ')' }
      : { start, end, before: `{ ${report}; `, after: ' }' };
  });
  return insert(text, insertions(wraps), 0, text.length);
}

/**
 * What a reached piece of source is reported as.
 * @param {{ file: string, start: number, end: number, kind: string }} mutant
 */
export function reportedSpan({ file, start, end, kind }) {
  return `${file}:${start}-${end} ${kind}`;
}

/**
 * The order keeps what is wrapped twice nested: inner ends first, outer beginnings first.
 * @param {Wrap[]} wraps
 */
function insertions(wraps) {
  return wraps
    .flatMap(({ start, end, before, after }) => [
      { at: start, opens: true, other: end, text: before },
      { at: end, opens: false, other: start, text: after },
    ])
    .toSorted((a, b) => a.at - b.at || Number(a.opens) - Number(b.opens) || b.other - a.other);
}

/**
 * @param {string} text
 * @param {{ at: number, text: string }[]} inserted
 * @param {number} from
 * @param {number} to
 */
function insert(text, inserted, from, to) {
  let result = '';
  let done = from;
  for (const { at, text: added } of inserted) {
    result += text.slice(done, at) + added;
    done = at;
  }
  return result + text.slice(done, to);
}

/**
 * `lt` became `lte`, which the file does not import.
 * @param {string} text
 * @param {Mutant} mutant
 */
function missingImport(text, { replacement }) {
  const names = /^import \{([^}]*)\} from 'drizzle-orm';/m
    .exec(text)?.[1]
    ?.split(',')
    .map((name) => name.trim());
  const [, called = ''] = /^(\w+)\(/.exec(replacement) ?? [];
  if (names === undefined || !drizzleNames.includes(called) || names.includes(called)) return '';
  return `import { ${called} } from 'drizzle-orm'; `;
}

const drizzleNames = 'eq ne lt lte gt gte isNull isNotNull inArray notInArray asc desc min max'.split(' ');
