import { ensureConsole } from './lib/ensure-console.mjs';
import { ensureInstalled } from './lib/ensure-installed.mjs';
import { requireFile } from './lib/project.mjs';
import { runTool } from './lib/run.mjs';

requireFile('npm run e2e', 'e2e/vitest.config.ts');
await ensureInstalled();
await ensureConsole();
const config = ['--config', 'e2e/vitest.config.ts'];
process.exitCode = await runTool('vitest/vitest.mjs', ['run', ...config, ...process.argv.slice(2)]);
