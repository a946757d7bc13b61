import { createVitest } from 'vitest/node';
import { fileURLToPath } from 'node:url';
import { inProject } from '../project.mjs';

/**
 * @typedef {{ moduleId: string, id: string, name: string, durationMs: number, hits: string[] }} Covering a test and what it reached
 * @typedef {{ failed: string | undefined, tests: Covering[] }} Outcome `failed`: the first test that failed
 */

/**
 * Runs tests again and again in one vitest, so that PostgreSQL and its template are prepared once. A changed source
 * is handed to vite instead of the file's own text: the file itself is never written.
 * @param {number} testTimeoutMs
 */
export async function openTestRuns(testTimeoutMs) {
  /** @type {Map<string, string>} */
  let changed = new Map();
  const plugin = {
    name: 'mutant',
    enforce: /** @type {const} */ ('pre'),
    /** @param {string} id */
    load: (id) => changed.get(id.split('?')[0] ?? ''),
  };
  const common = {
    setupFiles: [fileURLToPath(new URL('watch-tests.mjs', import.meta.url))],
    include: ['**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/*.slow.test.ts', '**/*.types.test.ts'],
    testTimeout: testTimeoutMs,
    hookTimeout: testTimeoutMs,
  };
  const vitest = await createVitest('test', {
    config: false,
    root: inProject('.'),
    watch: false,
    bail: 1,
    reporters: [{}],
    pool: 'forks',
    maxWorkers: 1,
    isolate: false,
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
     * @returns {Promise<Outcome>}
     */
    async run(sources, chosen) {
      const before = [...changed.keys()];
      changed = new Map(sources.map(({ path, text }) => [path, text]));
      for (const path of [...before, ...changed.keys()]) vitest.invalidateFile(path);
      const specifications =
        'folders' in chosen
          ? await vitest.globTestSpecifications(chosen.folders)
          : specificationsOf(vitest, chosen.tests);
      const { testModules, unhandledErrors } = await vitest.runTestSpecifications(specifications);
      const ran = new Set(specifications.map(({ moduleId }) => moduleId));
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
  const tests = all
    .filter((test) => test.result().state === 'passed')
    .map((test) => ({
      moduleId: test.module.moduleId,
      id: test.id,
      name: test.fullName,
      durationMs: test.diagnostic()?.duration ?? 0,
      hits: /** @type {{ mutantHits?: string[] }} */ (test.meta()).mutantHits ?? [],
    }));
  const unhandled = unhandledErrors.length > 0 ? 'an error outside of a test' : undefined;
  const message = failedTest?.result().errors?.[0]?.message.split('\n')[0];
  const failedName = failedTest === undefined ? undefined : `${failedTest.fullName}: ${message}`;
  return { failed: failedName ?? failed ?? unhandled, tests };
}
