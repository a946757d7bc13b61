/**
 * @typedef {import('./find-mutants.mjs').Mutant} Mutant
 * @typedef {import('./find-mutants.mjs').Loop} Loop
 * @typedef {Mutant & { number: number }} Numbered
 * @typedef {{ start: number, end: number, before: string, after: string }} Wrap text around a piece of the source
 */

/**
 * The source with one mutant in it, which counts how often it is passed, and a guard in each loop: a mutant that never
 * ends fails instead.
 * @param {string} text
 * @param {Mutant} mutant
 * @param {Loop[]} loops
 */
export function withMutant(text, mutant, loops) {
  const { start, end, replacement, kind } = mutant;
  const outside = loops.filter(
    (loop) => loop.end <= start || loop.start >= end || (loop.start <= start && loop.end >= end),
  );
  const inserted = insertions(guards(outside));
  const passed = 'void globalThis.candorMutants?.active';
  const changed = kind === 'expression' ? `(${passed}, ${replacement})` : `{ ${passed}; ${replacement} }`;
  const before = inserted.filter(({ at, opens }) => at < start || (at === start && opens));
  const after = inserted.filter((one) => !before.includes(one));
  return [
    missingImports(text, [mutant]),
    insert(text, before, 0, start),
    changed,
    insert(text, after, end, text.length),
  ].join('');
}

/**
 * The source with every mutant in it: the one whose number is `candorMutants.active` is in force.
 * @param {string} text
 * @param {Numbered[]} mutants
 * @param {Loop[]} loops
 */
export function withSwitches(text, mutants, loops) {
  const wraps = spansOf(mutants).map(({ start, end, kind, own }) => {
    const choices = own.map(({ number, replacement }) => {
      const isActive = `globalThis.candorMutants?.active === ${number}`;
      return kind === 'expression'
        ? `${isActive} ? (${replacement}) : `
        : `if (${isActive}) { ${replacement} } else `;
    });
    const [open, close] = kind === 'expression' ? ['(', ')'] : ['{ ', ' }'];
    return { start, end, before: open + choices.join(''), after: close };
  });
  return (
    missingImports(text, mutants) + insert(text, insertions([...guards(loops), ...wraps]), 0, text.length)
  );
}

/**
 * The source that reports which mutants a test reaches, by the lowest number of those of one span, and how often its
 * loops turn.
 * @param {string} text
 * @param {Numbered[]} mutants
 * @param {Loop[]} loops
 */
export function withReports(text, mutants, loops) {
  const wraps = spansOf(mutants).map(({ start, end, kind, own }) => {
    const report = `globalThis.candorMutants?.hit(${own[0]?.number})`;
    return kind === 'expression'
      ? { start, end, before: `(${report}, `, after: ')' }
      : { start, end, before: `{ ${report}; `, after: ' }' };
  });
  return insert(text, insertions([...guards(loops), ...wraps]), 0, text.length);
}

/**
 * Mutants of one piece of source stand together.
 * @template {Mutant} M
 * @param {M[]} mutants
 * @returns {{ start: number, end: number, kind: Mutant['kind'], own: M[] }[]}
 */
export function spansOf(mutants) {
  /** @type {Map<string, { start: number, end: number, kind: Mutant['kind'], own: M[] }>} */
  const spans = new Map();
  for (const mutant of mutants) {
    const { file, start, end, kind } = mutant;
    const name = `${file}:${start}-${end} ${kind}`;
    const span = spans.get(name) ?? { start, end, kind, own: [] };
    span.own.push(mutant);
    spans.set(name, span);
  }
  return [...spans.values()];
}

/**
 * @param {Loop[]} loops
 * @returns {Wrap[]}
 */
function guards(loops) {
  return loops.map((loop) => ({ ...loop, before: '{ globalThis.candorMutants?.turn(); ', after: ' }' }));
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
 * @param {Mutant[]} mutants
 */
function missingImports(text, mutants) {
  const names = /^import \{([^}]*)\} from 'drizzle-orm';/m
    .exec(text)?.[1]
    ?.split(',')
    .map((name) => name.trim());
  if (names === undefined) return '';
  const called = mutants.map(({ replacement }) => /^(\w+)\(/.exec(replacement)?.[1] ?? '');
  const missing = [...new Set(called)].filter(
    (name) => drizzleNames.includes(name) && !names.includes(name) && !text.includes(`function ${name}(`),
  );
  return missing.map((name) => `import { ${name} } from 'drizzle-orm'; `).join('');
}

const drizzleNames = 'eq ne lt lte gt gte isNull isNotNull inArray notInArray asc desc min max'.split(' ');
