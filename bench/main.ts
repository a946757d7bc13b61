// usage: npm run bench [-- name[=number,…]… --option…]; without names all run, one after the other.
type Benchmark = (sizes?: readonly number[], options?: ReadonlySet<string>) => Promise<void>;

const benchmarks: Readonly<Record<string, () => Promise<{ bench: Benchmark }>>> = {
  ledger: () => import('./ledger.ts'),
  gateway: () => import('./gateway.ts'),
  sealing: () => import('./sealing.ts'),
  'sealed-rows': () => import('./sealed-rows.ts'),
  'purpose-gate': () => import('./purpose-gate.ts'),
  'many-rows': () => import('./many-rows.ts'),
  consents: () => import('./consents.ts'),
};

const given = process.argv.slice(2);
const options = new Set(given.filter((argument) => argument.startsWith('--')));
const named = given.filter((argument) => !options.has(argument));
const wanted = named.length > 0 ? named : Object.keys(benchmarks);
for (const argument of wanted) {
  const [name = '', sizes] = argument.split('=');
  const load = benchmarks[name];
  if (load === undefined) {
    throw new Error(`there is no benchmark "${name}"; there are: ${Object.keys(benchmarks).join(', ')}`);
  }
  process.stdout.write(`\n# ${name}\n`);
  await (await load()).bench(sizes?.split(',').map(Number), options);
}
