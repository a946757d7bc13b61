import { expect, test, vi } from 'vitest';
import type { Feature, NavigationItem } from '../shared/feature.ts';
import { features } from './features.ts';
import { textsOf } from './messages.ts';
import { navigation, operatorNavigation } from './navigation.ts';

// The API client reads the page's origin when it is loaded.
vi.hoisted(() => vi.stubGlobal('window', { location: { origin: 'http://console.test' } }));

const sources: Readonly<Record<string, string>> = import.meta.glob('../features/**/*.{ts,tsx}', {
  query: '?raw',
  import: 'default',
  eager: true,
});

/** The features whose parts the files of this one import. */
function importedBy(name: string): string[] {
  const own = Object.entries(sources).filter(([path]) => path.startsWith(`../features/${name}/`));
  const used = own.flatMap(([, text]) =>
    [...text.matchAll(/from '(?:\.\.\/)+([a-z]+)\/parts\.ts'/g)].map(([, other = '']) => other),
  );
  return [...new Set(used)];
}

test('a feature is loaded with the texts of every feature whose parts it shows', () => {
  const byName = new Map<string, Feature>(features.map((feature) => [feature.name, feature]));
  expect(features.flatMap(({ name }) => importedBy(name)).length).toBeGreaterThan(10);
  for (const { name } of features) {
    const texts = textsOf(name);
    const missing = importedBy(name).filter((other) => {
      const used = byName.get(other);
      return used === undefined || !texts.includes(used.texts);
    });
    expect(missing, name).toEqual([]);
  }
});

test('every folder of a feature is in the list', () => {
  const folders = new Set(Object.keys(sources).map((path) => path.split('/')[2] ?? ''));
  expect(features.map(({ name }) => name).toSorted()).toEqual([...folders].toSorted());
});

test('the navigation shows every entry that a feature brings, once', () => {
  const brought = import.meta.glob<readonly NavigationItem[]>('../features/*/navigation.ts', {
    import: 'navigation',
    eager: true,
  });
  const shown = [...navigation, ...operatorNavigation].flatMap(({ items }) => items);
  const expected = Object.values(brought).flat();
  expect(expected.length).toBeGreaterThan(15);
  expect(shown.map(({ to }) => to).toSorted()).toEqual(expected.map(({ to }) => to).toSorted());
});
