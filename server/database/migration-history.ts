import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import * as drizzleKit from 'drizzle-kit/api';
import { migrationsFolder } from '../places.ts';
import { readJournal, snapshotName } from './migration-files.ts';

/** The state of a schema, as drizzle-kit writes it down. We only hand it back. */
interface Snapshot {
  readonly id: string;
}
/** Guarantee: the two functions as documented; their own types need packages of databases we do not use. */
const { generateDrizzleJson, generateMigration } = drizzleKit as unknown as {
  generateDrizzleJson: (
    schema: Record<string, unknown>,
    previousId: string,
    schemas: undefined,
    casing: 'snake_case',
  ) => Snapshot;
  generateMigration: (previous: Snapshot, current: Snapshot) => Promise<string[]>;
};

const modulesFolder = fileURLToPath(new URL('../modules/', import.meta.url));
const emptyId = '00000000-0000-0000-0000-000000000000';

/** What the schema files declare now, what the newest migration left behind, and the SQL between the two. */
export async function pendingMigration(): Promise<{ snapshot: Snapshot; statements: string[] }> {
  const latest = readJournal(migrationsFolder).entries.at(-1);
  const previous: Snapshot =
    latest === undefined
      ? generateDrizzleJson({}, emptyId, undefined, 'snake_case')
      : (JSON.parse(readFileSync(`${migrationsFolder}meta/${snapshotName(latest.idx)}`, 'utf8')) as Snapshot);
  const snapshot = generateDrizzleJson(await declaredSchema(), previous.id, undefined, 'snake_case');
  return { snapshot, statements: await generateMigration(previous, snapshot) };
}

async function declaredSchema(): Promise<Record<string, unknown>> {
  const schema: Record<string, unknown> = {};
  for (const module of (await readdir(modulesFolder)).sort()) {
    const file = pathToFileURL(`${modulesFolder}${module}/schema.ts`);
    if (!(await readdir(`${modulesFolder}${module}`)).includes('schema.ts')) continue;
    const exported = (await import(file.href)) as Record<string, unknown>;
    for (const [name, value] of Object.entries(exported)) schema[`${module}.${name}`] = value;
  }
  return schema;
}
