import { readdirSync, readFileSync } from 'node:fs';

// Rules between rooms (docs: AGENTS.md, "the map"). `npm run check` fails on every arrow that is not allowed here.

/** Which modules a module may call, as its `index.ts` says; everything else between modules is an event. */
const modulesFolder = new URL('./server/modules/', import.meta.url);
const allowedArrows = Object.fromEntries(
  readdirSync(modulesFolder).map((name) => {
    const [, calls = ''] =
      /\bcalls: \[([^\]]*)\]/.exec(readFileSync(new URL(`${name}/index.ts`, modulesFolder), 'utf8')) ?? [];
    return [name, [...calls.matchAll(/'(\w+)'/g)].map(([, called]) => called)];
  }),
);

/** Packages that only one place may know, so that each can be replaced there. */
const fences = [
  { packages: ['better-auth'], place: 'server/modules/identity/' },
  { packages: ['@kubernetes/client-node', 'dockerode'], place: 'server/modules/compute/engines/' },
  { packages: ['alipay-sdk', 'wechatpay-[^/]+', 'stripe'], place: 'server/modules/wallet/channels/' },
  { packages: ['node-llama-cpp'], place: 'server/modules/gateway/upstreams/' },
];

/** A test may look into a module from outside, to see what is in its tables. */
const test = '[.]test[.]ts$';
const fixture = '[.]fixture[.]ts$';

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'kernel-knows-no-module',
      severity: 'error',
      from: { path: '^server/kernel/', pathNot: [test, fixture] },
      to: {
        path: '^server/(modules/|modules[.]ts|candor[.]ts|main[.]ts|http/|start/|database/|config/|cli/|generate/)',
      },
    },
    {
      name: 'privacy-engine-knows-no-cloud',
      severity: 'error',
      from: { path: '^privacy-engine/' },
      to: { path: '^(server|console|scripts|demo|bench|e2e)/' },
    },
    {
      name: 'console-knows-only-the-api',
      comment: 'Signed documents are read in the browser by the very code that issues them.',
      severity: 'error',
      from: { path: '^console/' },
      to: {
        path: '^(server|privacy-engine|scripts)/',
        pathNot: '^privacy-engine/receipts/(signed-document|signing-key)[.]ts$',
      },
    },
    {
      name: 'features-enter-each-other-through-their-parts',
      comment:
        'What a feature lets others use stands in its parts.ts; its pages, routes and texts are its own.',
      severity: 'error',
      from: { path: '^console/src/features/([^/]+)/' },
      to: {
        path: '^console/src/features/[^/]+/',
        pathNot: ['^console/src/features/$1/', '^console/src/features/[^/]+/parts[.]ts$'],
      },
    },
    {
      name: 'shared-knows-no-feature',
      severity: 'error',
      from: { path: '^console/src/shared/' },
      to: { path: '^console/src/(features|app)/' },
    },
    {
      name: 'features-know-no-app',
      severity: 'error',
      from: { path: '^console/src/features/' },
      to: { path: '^console/src/app/' },
    },
    {
      name: 'demo-uses-public-interfaces-only',
      severity: 'error',
      from: { path: '^demo/' },
      to: { path: '^(server|privacy-engine)/' },
    },
    {
      name: 'server-starts-no-script',
      comment:
        'Only the lock and the identity of processes and when to restart them are shared with the scripts.',
      severity: 'error',
      from: { path: '^server/' },
      to: {
        path: '^(scripts|demo|bench|e2e)/',
        pathNot: '^scripts/lib/(process-lock|process-identity|restart-policy)[.]mjs$',
      },
    },
    {
      name: 'modules-are-entered-through-their-index',
      severity: 'error',
      from: { path: '^server/', pathNot: ['^server/modules/', test, fixture] },
      to: { path: '^server/modules/[^/]+/', pathNot: '^server/modules/[^/]+/index[.]ts$' },
    },
    {
      name: 'modules-enter-each-other-through-the-index',
      severity: 'error',
      from: { path: '^server/modules/([^/]+)/', pathNot: test },
      to: {
        path: '^server/modules/[^/]+/',
        pathNot: ['^server/modules/$1/', '^server/modules/[^/]+/index[.]ts$'],
      },
    },
    ...Object.entries(allowedArrows).map(([module, allowed]) => ({
      name: `arrows-of-${module}`,
      comment: `${module} may call: ${allowed.join(', ') || 'no module'}. Up is an event, down is a call.`,
      severity: 'error',
      from: { path: `^server/modules/${module}/`, pathNot: [test, fixture] },
      to: {
        path: '^server/modules/[^/]+/',
        pathNot: `^server/modules/(${[module, ...allowed].join('|')})/`,
      },
    })),
    ...fences.map(({ packages, place }) => ({
      name: `fence-of-${packages[0]}`,
      severity: 'error',
      from: { path: '^(server|privacy-engine|console)/', pathNot: `^${place}` },
      to: { path: `node_modules/(${packages.join('|')})(/|$)` },
    })),
    {
      name: 'no-circle',
      comment: 'A type may point back; running code may not.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'everything-imported-exists',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-test-in-the-product',
      severity: 'error',
      from: {
        path: '^(server|privacy-engine|console)/',
        pathNot: [test, fixture, '[.]test[.]tsx$', '^server/testing/', '/testing/'],
      },
      // What several tests of a folder share is test code too: the product may not lean on it.
      to: { path: [test, fixture, '^server/testing/'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(console/dist|[.]candor)/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.json', '.css'],
    },
  },
};
