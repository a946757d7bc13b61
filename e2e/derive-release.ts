import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';

const project = resolve(import.meta.dirname, '..');

/** The source of this release in a folder of its own. */
export function copyRelease(into: string): void {
  for (const part of [
    'server',
    'privacy-engine',
    'scripts',
    'package.json',
    'package-lock.json',
    'tsconfig.json',
  ])
    cpSync(join(project, part), join(into, part), {
      recursive: true,
      filter: (path) => basename(path) !== 'node_modules',
    });
  for (const folder of ['', 'server', 'privacy-engine']) linkPackages(folder, into);
}

/** The packages of the checkout, but our own packages from the copy. */
function linkPackages(folder: string, into: string): void {
  const packages = join(project, folder, 'node_modules');
  mkdirSync(join(into, folder, 'node_modules'));
  for (const name of readdirSync(packages))
    if (name !== '@candor' && name !== '.cache')
      symlinkSync(join(packages, name), join(into, folder, 'node_modules', name));
  if (folder !== '') return;
  mkdirSync(join(into, 'node_modules', '@candor'));
  symlinkSync(join(into, 'privacy-engine'), join(into, 'node_modules', '@candor', 'privacy-engine'));
}

/** Makes the copy the next release: a purpose, a module with one table about persons, a column of a table that is there. */
export function addNextRelease(folder: string): void {
  edit(join(folder, 'server/declare/policy.ts'), 'const purposes = definePurposes({', purpose);
  edit(
    join(folder, 'server/modules/announcements/schema.ts'),
    'titleEn: plain(text().notNull(), ownText),',
    '\n    subtitle: plain(text(), ownText),',
  );
  edit(join(folder, 'server/modules.ts'), '', "import { toysModule } from './modules/toys/index.ts';\n");
  edit(join(folder, 'server/modules.ts'), 'announcementsModule,', '\n  toysModule,');
  mkdirSync(join(folder, 'server/modules/toys'));
  writeFileSync(join(folder, 'server/modules/toys/index.ts'), moduleText);
  writeFileSync(join(folder, 'server/modules/toys/schema.ts'), schemaText);
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', 'server/generate/write-migration.ts', 'wishes'],
    { cwd: folder, encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`no migration:\n${stdout}${stderr}`);
}

function edit(file: string, after: string, added: string): void {
  const text = readFileSync(file, 'utf8');
  if (!text.includes(after)) throw new Error(`${file} has no ${after}`);
  writeFileSync(
    file,
    text.replace(after, () => after + added),
  );
}

const purpose = `
  wishing: {
    basis: 'contract',
    cite: 'PIPL 13(1)[2]',
    essential: true,
    scope: 'platform',
    duringRestriction: 'continues',
    text: { zh: '记录愿望', en: 'To note wishes' },
  },`;

const moduleText = `import { defineModule } from '../../declare/define-module.ts';
import * as schema from './schema.ts';

export const toysModule = defineModule('toys', { calls: ['audit'], schema });
`;

const schemaText = `import { index, pgSchema, text, timestamp } from 'drizzle-orm/pg-core';
import { personal, plain, privacyTable } from '../../declare/policy.ts';

export const toysSchema = pgSchema('toys');

export const wishes = privacyTable(
  toysSchema,
  'wishes',
  {
    id: plain(text().primaryKey(), 'random identifier'),
    userId: plain(text().notNull(), 'random identifier of the person'),
    createdAt: personal(timestamp({ withTimezone: true }).notNull(), {
      title: { zh: '愿望时间', en: 'Time of the wish' },
      subject: 'userId',
      category: 'communication',
      source: 'service',
      collectedFor: ['usage'],
      purposes: ['wishing', 'rights'],
      keep: { max: 'P6M', from: 'row.createdAt' },
      keyClass: 'core',
      onErase: 'delete-row',
      export: 'yes',
      edit: { no: { zh: '测试', en: 'test' } },
      log: 'never',
    }),
  },
  {
    tenant: { none: 'test' },
    subject: 'userId',
    title: { zh: '愿望', en: 'Wishes' },
    rows: 'delete',
    access: { wishing: ['select', 'insert'], rights: ['select'] },
  },
  (table) => [
    index('wishes_user_id_idx').on(table.userId, table.id),
    index('wishes_created_at_idx').on(table.createdAt),
  ],
);
`;
