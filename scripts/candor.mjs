import { ensureInstalled } from './lib/ensure-installed.mjs';
import { runTypeScript } from './lib/run.mjs';

await ensureInstalled();
process.exitCode = await runTypeScript('server/cli/candor.ts', process.argv.slice(2));
