import { join } from 'node:path';
import { ensureBundle } from './lib/ensure-bundle.mjs';
import { ensureConsole } from './lib/ensure-console.mjs';
import { ensureInstalled } from './lib/ensure-installed.mjs';
import { requireFile } from './lib/project.mjs';
import { keepRunning } from './lib/run.mjs';

requireFile('npm start', 'server/main.ts');
await ensureInstalled();
await ensureConsole();
process.exitCode = await keepRunning(join(await ensureBundle(), 'main.mjs'), process.argv.slice(2));
