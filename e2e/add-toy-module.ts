import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the two sides of the toy module stand in a copy of the project. */
export const toyFolders = { server: 'server/modules/notes', console: 'console/src/features/notes' } as const;

/** The list of each side that names every module, with the lines that name this one and what they stand before. */
const lists = {
  server: {
    file: 'server/modules.ts',
    lines: {
      'import { vaultModule }': "import { notesModule } from './modules/notes/index.ts';",
      '  walletModule,': '  notesModule,',
    },
  },
  console: {
    file: 'console/src/app/features.ts',
    lines: {
      'import { officer }': "import { notes } from '../features/notes/index.ts';",
      '  officer,': '  notes,',
    },
  },
} as const;

export const toyLists = Object.values(lists).map(({ file }) => file);

/**
 * Adds the module of `toy-module/` to a copy of the project: a purpose, a table, an event, a meter and a page.
 * @throws when a list has no line to stand before.
 */
export function addToyModule(copy: string, side: keyof typeof toyFolders): void {
  const source = join(import.meta.dirname, 'toy-module', side);
  mkdirSync(join(copy, toyFolders[side]));
  for (const name of readdirSync(source))
    cpSync(join(source, name), join(copy, toyFolders[side], name.replace(/[.]txt$/, '')));
  const { file, lines } = lists[side];
  for (const [before, line] of Object.entries(lines))
    insert(join(copy, file), `\n${before}`, (found) => `\n${line}${found}`);
}

/** Puts something in the place of the first `found`. @throws when the file has none. */
export function insert(file: string, found: string, replace: (found: string) => string): void {
  const text = readFileSync(file, 'utf8');
  if (!text.includes(found)) throw new Error(`${file} has no ${found}`);
  writeFileSync(
    file,
    text.replace(found, () => replace(found)),
  );
}
