import { readFileSync } from 'node:fs';
import { capture } from './capture.mjs';
import { missingOptionals } from './lock-file.mjs';
import { inProject } from './project.mjs';

// Proves that `npm ci` takes package-lock.json on every platform people develop and run on.
// npm writes a lock file without the packages of other platforms when node_modules is there already, and then refuses it
// elsewhere. To mend it: move every node_modules away, run `npm install --package-lock-only`.
const platforms = [
  ['linux', 'x64'],
  ['linux', 'arm64'],
  ['darwin', 'x64'],
  ['darwin', 'arm64'],
  ['win32', 'x64'],
];

const lockFile = /** @type {import('./lock-file.mjs').LockFile} */ (
  JSON.parse(readFileSync(inProject('package-lock.json'), 'utf8'))
);
const { overrides } = /** @type {{ overrides: Record<string, string> }} */ (
  JSON.parse(readFileSync(inProject('package.json'), 'utf8'))
);
const faults = missingOptionals(lockFile, overrides);
const npm = process.env['npm_execpath'];
const [file, prefix] = npm?.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []];
for (const [os, cpu] of platforms) {
  // The lock file holds all that is asked for here, so the answer comes without the registry.
  const options = ['ci', '--dry-run', '--offline', '--ignore-scripts', `--os=${os}`, `--cpu=${cpu}`];
  const { code, output } = await capture(file, [...prefix, ...options]);
  if (code !== 0) faults.push(`npm ci refuses the lock file on ${os} ${cpu}:\n${output.slice(0, 2000)}`);
}
for (const fault of faults) process.stdout.write(`${fault}\n`);
process.exitCode = faults.length === 0 ? 0 : 1;
