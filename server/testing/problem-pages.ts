import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const kernelPages = 'docs/problems';

function folderOf(module: string): string {
  return `server/modules/${module}/problems`;
}

/** Where the page of a problem stands, from the root of the project. */
export function problemPageOf(code: string): string {
  const [module = ''] = code.split('.', 1);
  return `${module === 'kernel' ? kernelPages : folderOf(module)}/${code}.md`;
}

/** Every page of a problem there is, from the root of the project. */
export function problemPages(): string[] {
  const folders = readdirSync(join(root, 'server/modules')).map(folderOf);
  return [...folders, kernelPages]
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) => readdirSync(join(root, folder)).map((name) => `${folder}/${name}`))
    .filter((page) => page !== `${kernelPages}/README.md`);
}
