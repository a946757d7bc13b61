import { readdirSync } from 'node:fs';
import { inProject } from '../project.mjs';

/**
 * What is mutated without a path, and which folders hold the tests of it. The sources are those that decide something:
 * declarations (tables, permissions, problems, shapes of bodies) have the type check and the suites in `server/trust`.
 * @typedef {{ name: string, sources: string[], tests: string[] }} Area
 */

const declarations =
  /(^|[-/])(tables|schema|permissions|problems|wire|words|index|routes|metrics)\.ts$|\.(test|fixture)\.ts$|\/testing\//;

/** @type {{ name: string, folder: string, only?: RegExp, tests: string[] }[]} */
const rooms = [
  { name: 'wallet', folder: 'server/modules/wallet', tests: ['server/modules/wallet'] },
  {
    name: 'billing',
    folder: 'server/modules/billing',
    tests: ['server/modules/billing', 'server/modules/gateway/money.test.ts'],
  },
  {
    name: 'gateway accounting',
    folder: 'server/modules/gateway',
    only: /\/(admission|charge-verdict|delivered-text|key-meter|media-input|meter-request|meters|money-watch|quota-desk|reasonable-usage|settle[\w-]*|slice-size|ticket|token-statistics|usage|usage-at-end|wallet-bank|wallet-leases)\.ts$/,
    // Those of the local model and of connections say nothing about money, and take longest.
    tests: [
      'charge-verdict',
      'closed-access',
      'durability',
      'gateway.test',
      'meter-request',
      'money.test',
      'nothing-kept',
      'quota-desk',
      'requests.test',
      'settlement-queue',
      'untrue-replies',
      'usage-shapes',
      'wallet-leases',
    ].map((name) => `server/modules/gateway/${name}`),
  },
  {
    name: 'gateway answers',
    folder: 'server/modules/gateway',
    only: /\/(attempt|chat-event|drains|event-cutter|event-reply|event-stream|exchange|forget-person|gateway-presence|held-events|model-naming|plain-events|read-request|rename-in-passing|reply-sink|rewrite-request|sse-events|stream-reply|until-gateways-forgot|upstream-error|upstream-failure|upstream-health|whole-reply)\.ts$/,
    tests: ['server/modules/gateway'],
  },
  {
    name: 'money',
    folder: 'server/kernel',
    only: /\/(money|totals|shared-budget)\.ts$/,
    tests: ['server/kernel', 'server/modules/wallet', 'server/modules/billing'],
  },
  {
    name: 'privacy engine',
    folder: 'privacy-engine',
    tests: ['privacy-engine', 'server/kernel', 'server/modules/privacy'],
  },
];

/**
 * The areas that the paths lie in; every area without a path.
 * @param {string[]} paths
 * @returns {Area[]}
 */
export function areasOf(paths) {
  return rooms
    .map(({ name, folder, only, tests }) => {
      const files = filesIn(folder).filter((file) => only === undefined || only.test(file));
      const sources = files.filter(
        (file) => paths.length === 0 || paths.some((path) => isWithin(file, path)),
      );
      return { name, sources, tests };
    })
    .filter(({ sources }) => sources.length > 0);
}

/**
 * @param {string} file
 * @param {string} path
 */
function isWithin(file, path) {
  const clean = path.replace(/^\.\//, '').replace(/\/$/, '');
  return file === clean || file.startsWith(`${clean}/`);
}

/** @param {string} folder */
function filesIn(folder) {
  return readdirSync(inProject(folder), { recursive: true, encoding: 'utf8' })
    .map((path) => `${folder}/${path.replaceAll('\\', '/')}`)
    .filter((path) => path.endsWith('.ts') && !path.includes('/node_modules/') && !declarations.test(path))
    .sort();
}
