import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Module } from '../declare/define-module.ts';
import { modules } from '../modules.ts';

// usage: tsx server/generate/write-module-docs.ts [--check]
// Writes what follows from `modules.ts`: the picture in README.md, and what each module depends on and emits.

const isCheck = process.argv.includes('--check');
const pictureStart = '<!-- modules: written by server/generate/write-module-docs.ts -->\n';
const pictureEnd = '<!-- /modules -->';

function codes(names: readonly string[]): string {
  return names.length === 0 ? 'nothing' : names.map((name) => `\`${name}\``).join(', ');
}

/** A line to each module it calls that none of the others leads to, so that the picture stays readable. */
function directCalls({ calls = [] }: Module): string[] {
  const reached = (name: string): string[] =>
    (modules.find((module) => module.name === name)?.calls ?? []).flatMap((called) => [
      called,
      ...reached(called),
    ]);
  const indirect = new Set(calls.flatMap(reached));
  return calls.filter((name) => !indirect.has(name));
}

function picture(): string {
  const calls = modules.flatMap((module) =>
    directCalls(module).map((called) => `  ${module.name} --> ${called}`),
  );
  const events = modules.flatMap(({ name, emits = [] }) =>
    modules.flatMap((hearer) =>
      (hearer.on ?? [])
        .filter(({ event }) => emits.some((emitted) => emitted.name === event))
        .map(({ event }) => `  ${name} -. ${event.slice(name.length + 1)} .-> ${hearer.name}`),
    ),
  );
  return ['```mermaid', 'flowchart TD', ...calls, ...events, '```', ''].join('\n');
}

function between(text: string, start: string, end: string, body: string): string {
  const from = text.indexOf(start);
  const to = text.indexOf(end, from);
  if (from < 0 || to < 0) throw new Error(`no place between ${start.trim()} and ${end}`);
  return text.slice(0, from + start.length) + body + text.slice(to);
}

function withLine(text: string, label: string, line: string): string {
  const pattern = new RegExp(`^\\*\\*${label}\\*\\*.*$`, 'm');
  if (!pattern.test(text)) throw new Error(`no line **${label}**`);
  return text.replace(pattern, `**${label}** ${line}`);
}

let areTrue = true;
function keep(path: string, change: (text: string) => string): void {
  const file = fileURLToPath(new URL(`../../${path}`, import.meta.url));
  const text = readFileSync(file, 'utf8');
  const wanted = change(text);
  if (wanted === text) return;
  areTrue = false;
  if (isCheck) process.stderr.write(`${path} is stale; run: npx tsx server/generate/write-module-docs.ts\n`);
  else writeFileSync(file, wanted);
}

keep('README.md', (text) => between(text, pictureStart, pictureEnd, picture()));
for (const { name, calls = [], emits = [] } of modules) {
  keep(`server/modules/${name}/README.md`, (text) =>
    withLine(
      withLine(text, 'Depends on', `${codes(calls)}.`),
      'Emits',
      `${codes(emits.map((event) => event.name))}.`,
    ),
  );
}
if (isCheck && !areTrue) process.exitCode = 1;
