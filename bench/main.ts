// usage: npm run bench [name…]; without names all run, one after the other.
const benchmarks: Readonly<Record<string, () => Promise<{ bench: () => Promise<void> }>>> = {
  ledger: () => import('./ledger.ts'),
  gateway: () => import('./gateway.ts'),
  sealing: () => import('./sealing.ts'),
  'sealed-rows': () => import('./sealed-rows.ts'),
  'purpose-gate': () => import('./purpose-gate.ts'),
};

const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(benchmarks);
for (const name of wanted) {
  const load = benchmarks[name];
  if (load === undefined) {
    throw new Error(`there is no benchmark "${name}"; there are: ${Object.keys(benchmarks).join(', ')}`);
  }
  process.stdout.write(`\n# ${name}\n`);
  await (await load()).bench();
}
