import { ensureInstalled } from './lib/ensure-installed.mjs';
import { runTool } from './lib/run.mjs';

// Everything quick; a path names its tests, the slow ones among them too.
await ensureInstalled();
const args = process.argv.slice(2);
const chosen = args.some((arg) => !arg.startsWith('-')) ? [] : ['--exclude', '**/*.slow.test.ts'];
process.exitCode = await runTool('vitest/vitest.mjs', ['run', ...chosen, ...args]);
