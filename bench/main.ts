// usage: npm run bench [name[=number,…]…]; without names all run, one after the other.
type Benchmark = (sizes?: readonly number[]) => Promise<void>;

const benchmarks: Readonly<Record<string, () => Promise<{ bench: Benchmark }>>> = {
  ledger: () => import('./ledger.ts'),
  gateway: () => import('./gateway.ts'),
  sealing: () => import('./sealing.ts'),
  'sealed-rows': () => import('./sealed-rows.ts'),
  'purpose-gate': () => import('./purpose-gate.ts'),
  'many-rows': () => import('./many-rows.ts'),
  consents: () => import('./consents.ts'),
};

const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(benchmarks);
for (const argument of wanted) {
  const [name = '', sizes] = argument.split('=');
  const load = benchmarks[name];
  if (load === undefined) {
    throw new Error(`there is no benchmark "${name}"; there are: ${Object.keys(benchmarks).join(', ')}`);
  }
  process.stdout.write(`\n# ${name}\n`);
  await (await load()).bench(sizes?.split(',').map(Number));
}
