import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BaseSequencer, createVitest } from 'vitest/node';
import { inProject } from '../project.mjs';

/**
 * `again` are the mutants that a second run of the test in the same process reaches, `once` those that only the first
 * one does, or the loading of a module.
 * @typedef {{ again: number[], once: number[] }} Hits
 * @typedef {{ moduleId: string, id: string, durationMs: number, turns: number, hits: Hits }} Covering a test and what it reached
 * @typedef {{ failed: string | undefined, failAnyway: { moduleId: string, name: string }[], tests: Covering[] }} Outcome `failed`: the first test
 * that failed; `failAnyway`: those that fail without any mutant, which say nothing about one
 * @typedef {import('./mutant-runner.mjs').Plan} Plan
 */

/**
 * Runs tests again and again in one vitest, so that PostgreSQL and its template are prepared once. A changed source
 * is handed to vite instead of the file's own text: the file itself is never written.
 * @param {{ folder: string, testTimeoutMs: number }} options `folder`: where the plan of a run lies
 */
export async function openTestRuns({ folder, testTimeoutMs }) {
  /** @type {Map<string, string>} */
  let changed = new Map();
  const planPath = join(folder, 'plan.json');
  const plugin = {
    name: 'mutant',
    enforce: /** @type {const} */ ('pre'),
    /** @param {string} id */
    load: (id) => changed.get(id.split('?')[0] ?? ''),
  };
  /** @type {readonly string[]} */
  let order = [];
  const common = {
    runner: fileURLToPath(new URL('mutant-runner.mjs', import.meta.url)),
    include: ['**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/*.slow.test.ts', '**/*.types.test.ts'],
    testTimeout: testTimeoutMs,
    hookTimeout: testTimeoutMs,
    env: { CANDOR_MUTANT_PLAN: planPath },
  };
  class InOrder extends BaseSequencer {
    /**
     * @override
     * @param {import('vitest/node').TestSpecification[]} files
     */
    async sort(files) {
      return files.toSorted((a, b) => order.indexOf(a.moduleId) - order.indexOf(b.moduleId));
    }
  }
  const vitest = await createVitest('test', {
    config: false,
    root: inProject('.'),
    watch: false,
    bail: 1,
    reporters: [{}],
    pool: 'forks',
    maxWorkers: 1,
    isolate: false,
    sequence: { sequencer: InOrder },
    projects: [
      { plugins: [plugin], test: { ...common, name: 'privacy-engine', root: inProject('privacy-engine') } },
      {
        plugins: [plugin],
        test: {
          ...common,
          name: 'server',
          root: inProject('server'),
          globalSetup: [inProject('server/testing/global-setup.ts')],
        },
      },
    ],
  });
  return {
    /**
     * @param {{ path: string, text: string }[]} sources all others are as they stand in their files
     * @param {{ folders: string[] } | { tests: Covering[] }} chosen
     * @param {Plan} plan
     * @returns {Promise<Outcome>}
     */
    async run(sources, chosen, plan) {
      writeFileSync(planPath, JSON.stringify(plan));
      const before = [...changed.keys()];
      changed = new Map(sources.map(({ path, text }) => [path, text]));
      for (const path of [...before, ...changed.keys()]) vitest.invalidateFile(path);
      const specifications =
        'folders' in chosen
          ? await vitest.globTestSpecifications(chosen.folders)
          : specificationsOf(vitest, chosen.tests);
      order = specifications.map(({ moduleId }) => moduleId);
      const { testModules, unhandledErrors } = await vitest.runTestSpecifications(specifications);
      const ran = new Set(order);
      // The state of vitest still holds what ran before.
      return outcomeOf(
        testModules.filter(({ moduleId }) => ran.has(moduleId)),
        unhandledErrors,
      );
    },
    close: () => vitest.close(),
  };
}

/**
 * @param {import('vitest/node').Vitest} vitest
 * @param {Covering[]} tests
 */
function specificationsOf(vitest, tests) {
  return [...new Set(tests.map(({ moduleId }) => moduleId))].map((moduleId) => {
    const own = tests.filter((test) => test.moduleId === moduleId);
    const project = vitest.projects.find(({ config }) => moduleId.startsWith(`${config.root}/`));
    if (project === undefined) throw new Error(`no project has ${moduleId}`);
    return project.createSpecification(moduleId, { testIds: own.map(({ id }) => id) });
  });
}

/**
 * @param {readonly import('vitest/node').TestModule[]} modules
 * @param {readonly unknown[]} unhandledErrors
 * @returns {Outcome}
 */
function outcomeOf(modules, unhandledErrors) {
  const failed = modules.find((module) => module.errors().length > 0)?.moduleId;
  const all = modules.flatMap((module) => [...module.children.allTests()]);
  const failedTest = all.find((test) => test.result().state === 'failed');
  /** @param {import('vitest/node').TestCase} test */
  const metaOf = (test) =>
    /** @type {{ mutantHits?: Hits, turns?: number, failsAnyway?: string }} */ (test.meta());
  const tests = all
    .filter((test) => test.result().state === 'passed' && metaOf(test).failsAnyway === undefined)
    .map((test) => ({
      moduleId: test.module.moduleId,
      id: test.id,
      durationMs: test.diagnostic()?.duration ?? 0,
      turns: metaOf(test).turns ?? 0,
      hits: metaOf(test).mutantHits ?? { again: [], once: [] },
    }));
  const failAnyway = all.flatMap((test) => {
    const name = metaOf(test).failsAnyway;
    return name === undefined ? [] : [{ moduleId: test.module.moduleId, name }];
  });
  const unhandled = unhandledErrors.length > 0 ? 'an error outside of a test' : undefined;
  const message = failedTest?.result().errors?.[0]?.message.split('\n')[0];
  const failedName = failedTest === undefined ? undefined : `${failedTest.fullName}: ${message}`;
  return { failed: failedName ?? failed ?? unhandled, failAnyway, tests };
}
