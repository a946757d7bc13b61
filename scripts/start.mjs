import { ensureConsole } from './lib/ensure-console.mjs';
import { ensureInstalled } from './lib/ensure-installed.mjs';
import { requireFile } from './lib/project.mjs';
import { keepRunningTypeScript } from './lib/run.mjs';

requireFile('npm start', 'server/main.ts');
await ensureInstalled();
await ensureConsole();
process.exitCode = await keepRunningTypeScript('server/main.ts', process.argv.slice(2));
