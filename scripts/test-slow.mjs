import { ensureInstalled } from './lib/ensure-installed.mjs';
import { runTool } from './lib/run.mjs';

await ensureInstalled();
process.exitCode = await runTool('vitest/vitest.mjs', ['run', '.slow.test', ...process.argv.slice(2)]);
