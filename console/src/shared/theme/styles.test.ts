import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path/posix';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const sources: Readonly<Record<string, string>> = import.meta.glob('../../**/*.{ts,tsx}', {
  base: '../..',
  query: '?raw',
  import: 'default',
  eager: true,
});
const start = './main.tsx';

test('every component is shown with its styles: those of the first page come with it, the others with the rest', () => {
  const first = stylesIn('./shared/theme/styles.ts');
  const later = stylesIn('./shared/theme/page-styles.ts');
  expect(first.filter((name) => later.includes(name))).toEqual([]);
  const startFiles = reachedFrom(start);
  expect(startFiles.size).toBeGreaterThan(40);
  expect([...startFiles].filter((path) => path.endsWith('-page.tsx'))).toEqual([
    './features/identity/login-page.tsx',
  ]);
  expect(unstyled([...startFiles], first)).toEqual([]);
  expect(unstyled(Object.keys(sources), [...first, ...later])).toEqual([]);
});

/** The files that are loaded before any page, without those of types alone. */
function reachedFrom(path: string, reached: Set<string> = new Set()): Set<string> {
  if (reached.has(path)) return reached;
  reached.add(path);
  const imports = (sources[path] ?? '').matchAll(
    /^(?:import|export) (?!type )(?:[^;]*? from )?'(\.[^']+\.tsx?)';/gm,
  );
  for (const [, file = ''] of imports) reachedFrom(`./${join(dirname(path), file)}`, reached);
  return reached;
}

function stylesIn(path: string): string[] {
  return [...(sources[path] ?? '').matchAll(/styles\/(\w+)\.layer\.css'/g)].map(([, name = '']) => name);
}

/** The components that these files take from the library although no style of theirs is in the list. */
function unstyled(paths: readonly string[], styles: readonly string[]): string[] {
  return paths.flatMap((path) => {
    const imports = (sources[path] ?? '').matchAll(/^import \{([^}]*)\} from '@mantine\/core';/gm);
    const names = [...imports].flatMap(([, list = '']) => list.split(',').map((name) => name.trim()));
    return names
      .filter((name) => hasStyles(name) && !styles.includes(name))
      .map((name) => `${path}: ${name}`);
  });
}

function hasStyles(component: string): boolean {
  const folder = fileURLToPath(new URL('.', import.meta.resolve('@mantine/core/styles.css')));
  return /^\w+$/.test(component) && existsSync(join(folder, 'styles', `${component}.layer.css`));
}
