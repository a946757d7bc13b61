import { readdirSync } from 'node:fs';

// usage: npm run bench [name…]
// Each other file of this folder that exports `bench` is one benchmark. Without names all run, one after the other.
const known = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.ts') && file !== 'main.ts' && !file.includes('.fixture.'))
  .map((file) => file.replace(/\.ts$/, ''));
const wanted = process.argv.length > 2 ? process.argv.slice(2) : known;
for (const name of wanted) {
  if (!known.includes(name))
    throw new Error(`there is no benchmark "${name}"; there are: ${known.join(', ')}`);
  const { bench } = (await import(`./${name}.ts`)) as { bench: () => Promise<void> };
  process.stdout.write(`\n# ${name}\n`);
  await bench();
}
