import { ensureConsole } from './lib/ensure-console.mjs';
import { ensureInstalled } from './lib/ensure-installed.mjs';
import { requireFile } from './lib/project.mjs';
import { runTypeScript } from './lib/run.mjs';

requireFile('npm start', 'server/main.ts');
await ensureInstalled();
await ensureConsole();
process.exitCode = await runTypeScript('server/main.ts', process.argv.slice(2));
