import { expect, test } from 'vitest';
import { missingOptionals } from './lock-file.mjs';

const asking = { optionalDependencies: { '@oxfmt/binding-darwin-arm64': '0.79.0' } };

test('a lock file that lacks a package of another platform is named with what it lacks', () => {
  expect(missingOptionals({ packages: { 'node_modules/oxfmt': asking } })).toEqual([
    'package-lock.json lacks @oxfmt/binding-darwin-arm64@0.79.0, which node_modules/oxfmt may need',
  ]);
});

test.each([
  'node_modules/@oxfmt/binding-darwin-arm64',
  'node_modules/oxfmt/node_modules/@oxfmt/binding-darwin-arm64',
])('an optional package is found at %s', (place) => {
  expect(missingOptionals({ packages: { 'node_modules/oxfmt': asking, [place]: {} } })).toEqual([]);
});

test('an optional package of a workspace is found at the root', () => {
  expect(
    missingOptionals({ packages: { server: asking, 'node_modules/@oxfmt/binding-darwin-arm64': {} } }),
  ).toEqual([]);
});

test('an optional package that package.json leaves out is not missed', () => {
  const lockFile = { packages: { 'node_modules/oxfmt': asking } };
  expect(missingOptionals(lockFile, { '@oxfmt/binding-darwin-arm64': '0.0.0-left-out' })).toEqual([]);
  expect(missingOptionals(lockFile, { '@oxfmt/binding-darwin-arm64': '0.79.0' })).toHaveLength(1);
});
