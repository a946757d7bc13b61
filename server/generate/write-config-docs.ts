import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describeSettings } from '../config/settings.ts';

// usage: tsx server/generate/write-config-docs.ts [--check]
// Writes .env.example and the guide's page of settings from the schema the server parses.
const settings = describeSettings();
const pages: Record<string, string> = {
  '.env.example': settings
    .map(
      ({ name, default: value, description }) =>
        `# ${description}\n${value === null ? `# ${name}=` : `${name}=${value}`}`,
    )
    .join('\n\n'),
  'docs/guide/en/configuration.md': `# Settings
Every setting is an environment variable. The server checks all of them at start and names each that is wrong.

| variable | default | meaning |
|---|---|---|
${settings.map(({ name, default: value, description }) => `| \`${name}\` | ${value === null ? '' : `\`${value}\``} | ${description} |`).join('\n')}`,
};

for (const [name, text] of Object.entries(pages)) {
  const path = fileURLToPath(new URL(`../../${name}`, import.meta.url));
  if (!process.argv.includes('--check')) writeFileSync(path, `${text}\n`);
  else if (readFileSync(path, 'utf8') !== `${text}\n`) {
    process.stderr.write(`${name} is stale; run: npx tsx server/generate/write-config-docs.ts\n`);
    process.exitCode = 1;
  }
}
