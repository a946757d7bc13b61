import { join } from 'node:path';
import { ensureBundle } from './lib/ensure-bundle.mjs';
import { ensureInstalled } from './lib/ensure-installed.mjs';
import { runNode } from './lib/run.mjs';

await ensureInstalled();
process.exitCode = await runNode([join(await ensureBundle(), 'candor.mjs'), ...process.argv.slice(2)]);
