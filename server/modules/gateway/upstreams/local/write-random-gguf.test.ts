import { mkdtemp, readFile, rm, stat, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { randomGguf, writeRandomGguf } from './write-random-gguf.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'gguf-'));
});
afterAll(() => rm(directory, { recursive: true }));

test('the same seed gives the same bytes, another seed others', () => {
  expect(randomGguf({ seed: 1 }).equals(randomGguf({ seed: 1 }))).toBe(true);
  expect(randomGguf({ seed: 1 }).equals(randomGguf({ seed: 2 }))).toBe(false);
});

test('a file that is there already is left alone', async () => {
  const path = join(directory, 'deep', 'model.gguf');
  await writeRandomGguf(path, { seed: 3 });
  expect((await readFile(path)).equals(randomGguf({ seed: 3 }))).toBe(true);
  const longAgo = new Date(0);
  await utimes(path, longAgo, longAgo);
  await Promise.all([writeRandomGguf(path), writeRandomGguf(path)]);
  expect((await stat(path)).mtime).toEqual(longAgo);
});
