import { appendFileSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { ensureInstalled } from './lib/ensure-installed.mjs';
import { secondsSince } from './lib/project.mjs';

const help = `npm run mutate -- [PATHS] [options]
Makes one small wrong change after the other and runs the tests that reach it: a mutant no test fails for survives.
Without a path: wallet, billing, accounting and answers of the gateway, money, privacy engine. Survivors that are not in
scripts/lib/mutants/survivors.json, and listed ones that a test now fails for, end it with code 1.

  --sample N    how many mutants, drawn at random (40)
  --seed S      the draw of an earlier run
  --all         every mutant
  --tests P      only these tests, separated by commas, instead of those of the area
  --minutes M   how long mutants are tried, after a first run of the tests (15; 0 is no limit)
  --report F    appends each mutant and what became of it to F, one JSON object a line
  --again F     only those that no test killed in the runs of report F
`;

const { values, positionals: paths } = parseArgs({
  allowPositionals: true,
  options: {
    sample: { type: 'string', default: '40' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1_000_000)) },
    all: { type: 'boolean', default: false },
    minutes: { type: 'string', default: '15' },
    tests: { type: 'string' },
    report: { type: 'string' },
    again: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  process.stdout.write(help);
} else {
  await ensureInstalled();
  process.exitCode = await mutate();
}

async function mutate() {
  const { chooseMutants, notKilledIn } = await import('./lib/mutants/choose-mutants.mjs');
  const { createVerdict } = await import('./lib/mutants/verdict.mjs');
  const { tryMutants } = await import('./lib/mutants/try-mutants.mjs');
  const startedAt = performance.now();
  const sample = values.all || values.again !== undefined ? undefined : Number(values.sample);
  const all = chooseMutants(paths, sample, Number(values.seed));
  const chosen = values.again === undefined ? all : notKilledIn(readFileSync(values.again, 'utf8'), all);
  const count = chosen.reduce((sum, { mutants }) => sum + mutants.length, 0);
  if (count === 0) {
    process.stdout.write(`nothing to mutate in ${paths.join(' ')}\n`);
    return 1;
  }
  process.stdout.write(`${count} mutants${sample === undefined ? '' : `, seed ${values.seed}`}\n`);
  const minutes = Number(values.minutes);
  const verdict = createVerdict();
  /** @type {string[]} */
  const faults = [];
  const areas = chosen.map((area) => ({ ...area, tests: values.tests?.split(',') ?? area.tests }));
  await tryMutants(areas, {
    limitMs: minutes === 0 ? Infinity : minutes * 60_000,
    onFault(fault) {
      faults.push(fault);
      process.stdout.write(`\nfails without any mutant, so it is left out: ${fault}\n`);
    },
    onResult(result) {
      process.stdout.write(verdict.add(result));
      if (values.report !== undefined) appendFileSync(values.report, `${JSON.stringify(result)}\n`);
    },
  });
  const { text, isGood } = verdict.summary();
  process.stdout.write(`\n${text}\nmutated in ${secondsSince(startedAt)}\n`);
  return isGood && faults.length === 0 ? 0 : 1;
}
