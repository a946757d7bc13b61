import { ensureInstalled } from './lib/ensure-installed.mjs';
import { runTool } from './lib/run.mjs';

await ensureInstalled();
process.exitCode = await runTool('vitest/vitest.mjs', ['run', ...process.argv.slice(2)]);
