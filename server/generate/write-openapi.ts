import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createPrivateJwk, openLocalVault, openSigningKey } from '@candor/privacy-engine';
import pg from 'pg';
import { buildApp } from '../http/app.ts';
import { createCandor } from '../candor.ts';
import { parseConfig } from '../config/config.ts';
import { systemClock } from '../kernel/clock.ts';
import { openDatabase } from '../kernel/db.ts';
import { createLog } from '../kernel/log.ts';

// usage: tsx server/generate/write-openapi.ts [--check]
// Writes docs/openapi.json from the routes; with --check only says whether the file still tells the truth.
const path = fileURLToPath(new URL('../../docs/openapi.json', import.meta.url));
const log = createLog('silent');
// The document comes from the routes alone: the pool is never connected.
const db = openDatabase('postgres://nobody@127.0.0.1:1/nothing', log);
const vaultFolder = mkdtempSync(join(tmpdir(), 'candor-openapi-'));
const app = await buildApp({
  product: createCandor(),
  db,
  databaseUrl: 'postgres://nobody@127.0.0.1:1/nothing',
  clock: systemClock,
  log,
  config: parseConfig({ CANDOR_MODEL: 'none' }),
  keyedHash: () => '',
  vault: await openLocalVault({ folder: vaultFolder }),
  signingKey: await openSigningKey(await createPrivateJwk()),
});
await app.ready();
const text = `${JSON.stringify(app.swagger(), null, 2)}\n`;
if (process.argv.includes('--check')) {
  if (readOrNull(path) !== text) {
    process.stderr.write('docs/openapi.json is stale; run: npx tsx server/generate/write-openapi.ts\n');
    process.exitCode = 1;
  }
} else {
  writeFileSync(path, text);
}
await (db.$client instanceof pg.Pool ? db.$client.end() : undefined);
rmSync(vaultFolder, { recursive: true });
process.exit();

function readOrNull(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
