import { expect, test } from 'vitest';
import { packagesOf } from './packages-of.mjs';

const packages = {
  server: { dependencies: { engine: '1' } },
  'node_modules/engine': {
    dependencies: { shared: '2', other: '1' },
    optionalDependencies: { 'for-mac': '1' },
  },
  'node_modules/engine/node_modules/shared': { dependencies: { engine: '1' } },
  'node_modules/shared': {},
  'node_modules/other': { dependencies: { shared: '1' } },
  'node_modules/for-mac': {},
  'node_modules/unrelated': {},
};

test('a package comes with all it needs, from where Node would take it; what is for another platform stays away', () => {
  const isInstalled = (/** @type {string} */ path) => path !== 'node_modules/for-mac';
  expect(packagesOf({ packages }, ['engine'], isInstalled)).toEqual([
    'node_modules/engine',
    'node_modules/engine/node_modules/shared',
    'node_modules/other',
    'node_modules/shared',
  ]);
});

test('a package that is missing is named, because what runs without it runs by chance', () => {
  expect(() => packagesOf({ packages }, ['engine', 'absent'], () => true)).toThrow('absent');
});
