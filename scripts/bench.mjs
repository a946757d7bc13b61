import { ensureInstalled } from './lib/ensure-installed.mjs';
import { requireFile } from './lib/project.mjs';
import { runTypeScript } from './lib/run.mjs';

requireFile('npm run bench', 'bench/main.ts');
await ensureInstalled();
process.exitCode = await runTypeScript('bench/main.ts', process.argv.slice(2));
