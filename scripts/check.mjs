import { availableParallelism } from 'node:os';
import { existsSync } from 'node:fs';
import { capture } from './lib/capture.mjs';
import { ensureInstalled } from './lib/ensure-installed.mjs';
import { inProject, secondsSince } from './lib/project.mjs';

/**
 * One line of the report. A step whose `needs` are not there fails: a check that looked at nothing proves nothing.
 * @typedef {{ name: string, args: string[], needs?: string[], proof?: RegExp }} Step
 */

/** Longest first, so that the end is not spent waiting for one of them. */
/** @type {Step[]} */
const steps = [
  typeStep('types', 'tsconfig.json', ['privacy-engine', 'server', 'bench', 'demo']),
  typeStep('types of the console', 'console/tsconfig.json', ['console/src']),
  typeStep('types of the journeys', 'e2e/tsconfig.json', ['e2e']),
  { name: 'lint', args: tool('oxlint/bin/oxlint', '--deny-warnings') },
  {
    name: 'arrows between modules',
    args: tool(
      'dependency-cruiser/bin/dependency-cruise.mjs',
      '--config',
      '.dependency-cruiser.mjs',
      ...cruised(),
    ),
    proof: /[1-9]\d* modules, [1-9]\d* dependencies cruised/,
  },
  { name: 'dead code', args: tool('knip/bin/knip.js') },
  { name: 'format', args: tool('oxfmt/bin/oxfmt', '--check') },
  typeScriptStep('openapi drift', 'server/generate/write-openapi.ts', '--check'),
  {
    name: 'drift of the types of the console',
    args: [
      toolOfConsole('openapi-typescript', 'bin/cli.js'),
      'docs/openapi.json',
      '-o',
      'console/src/shared/api/openapi.generated.d.ts',
      '--check',
    ],
  },
  typeScriptStep('settings drift', 'server/generate/write-config-docs.ts', '--check'),
  typeScriptStep('drift of the pages about modules', 'server/generate/write-module-docs.ts', '--check'),
  typeScriptStep('migration drift', 'server/database/check-migrations.ts'),
  { name: 'lock file on every platform', args: ['scripts/lib/check-lock-file.mjs'] },
  { name: 'clauses and their tests', args: ['scripts/write-clauses.mjs', '--check'] },
  { name: 'survivors of mutation', args: ['scripts/lib/mutants/check-survivors.mjs'] },
  { name: 'words', args: ['scripts/lib/check-words.mjs'] },
  { name: 'links in documents', args: ['scripts/lib/check-doc-links.mjs'] },
];

await ensureInstalled();
const startedAt = performance.now();
const failures = await runAll();
for (const { name, output } of failures) process.stdout.write(`\n--- ${name}\n${output}\n`);
process.stdout.write(`\nchecked in ${secondsSince(startedAt)}\n`);
process.stdout.write(`${steps.length - failures.length} passed, ${failures.length} failed\n`);
process.exitCode = failures.length === 0 ? 0 : 1;

async function runAll() {
  const waiting = [...steps];
  /** @type {{ name: string, output: string }[]} */
  const failed = [];
  const worker = async () => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
      const problem = await runStep(step);
      if (problem !== undefined) failed.push({ name: step.name, output: problem });
    }
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), 4) }, worker));
  return failed;
}

/**
 * Runs one step, prints its line and returns what went wrong.
 * @param {Step} step
 */
async function runStep({ name, args, needs = [], proof }) {
  const stepStartedAt = performance.now();
  const problem = await problemOf(args, needs, proof);
  process.stdout.write(
    `${problem === undefined ? 'ok  ' : 'FAIL'}  ${name}  ${secondsSince(stepStartedAt)}\n`,
  );
  return problem;
}

/**
 * @param {string[]} args
 * @param {string[]} needs
 * @param {RegExp | undefined} proof
 */
async function problemOf(args, needs, proof) {
  const missing = needs.filter((path) => !existsSync(inProject(path)));
  if (missing.length > 0) return `There is no ${missing.join(', ')}.`;
  const { code, output } = await capture(process.execPath, args);
  if (code !== 0) return output;
  return proof === undefined || proof.test(output) ? undefined : `It looked at nothing:\n${output}`;
}

/**
 * @param {string} name
 * @param {string} config
 * @param {string[]} folders
 * @returns {Step}
 */
function typeStep(name, config, folders) {
  const buildInfo = `node_modules/.cache/candor-${config.replaceAll('/', '-')}.tsbuildinfo`;
  const args = ['-p', config, '--noEmit', '--incremental', '--tsBuildInfoFile', buildInfo];
  return { name, args: tool('typescript/bin/tsc', ...args), needs: [config, ...folders] };
}

/**
 * @param {string} name
 * @param {string} file
 * @param {string[]} args
 * @returns {Step}
 */
function typeScriptStep(name, file, ...args) {
  return { name, args: ['--import', 'tsx', file, ...args], needs: [file] };
}

/**
 * @param {string} file
 * @param {string[]} args
 */
function tool(file, ...args) {
  return [`node_modules/${file}`, ...args];
}

/**
 * A tool only the console depends on, wherever npm has put it.
 * @param {string} name
 * @param {string} file
 */
function toolOfConsole(name, file) {
  const folders = ['console/node_modules', 'node_modules'].map((folder) => `${folder}/${name}`);
  const folder = folders.find((candidate) => existsSync(inProject(candidate)));
  return `${folder ?? folders[0]}/${file}`;
}

function cruised() {
  return ['privacy-engine', 'server', 'console/src', 'scripts', 'demo', 'bench', 'e2e'].filter((folder) =>
    existsSync(inProject(folder)),
  );
}
