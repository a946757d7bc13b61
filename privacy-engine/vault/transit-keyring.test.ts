import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { DurableFiles } from './durable-files.ts';
import { EpochFolders } from './epoch-folders.ts';
import { type Answer, scriptedServer } from './testing/scripted-server.ts';
import { TransitKeyring } from './transit-keyring.ts';

const key = {
  type: 'aes256-gcm96',
  derived: false,
  exportable: false,
  allow_plaintext_backup: false,
  deletion_allowed: false,
  latest_version: 3,
  min_decryption_version: 2,
  min_available_version: 2,
};
const place = { slot: 'ab'.repeat(32), keyId: 'key_1', version: 1 };
const plaintext = Buffer.alloc(32, 7).toString('base64');
const made = { ciphertext: 'vault:v3:opaque', plaintext };

/** A keyring whose KMS gives these data in turn, the last again and again. */
async function keyringWith(...data: (object | undefined)[]) {
  const answers = data.map((one): Answer =>
    one === undefined ? { status: 404 } : { status: 200, body: JSON.stringify({ data: one }) },
  );
  const folder = await mkdtemp(join(tmpdir(), 'candor keyring '));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const files = new DurableFiles();
  for (const name of ['epochs', 'scratch']) await files.makeFolder(join(folder, name));
  const server = await scriptedServer(answers);
  const keyring = new TransitKeyring(server.client(), 'candor', new EpochFolders(folder, files));
  return { ...server, keyring, epochFolders: () => readdir(join(folder, 'epochs')) };
}

test('the epochs are the versions that the KMS still has', async () => {
  const { keyring } = await keyringWith(key);
  expect(await keyring.epochs()).toEqual([2, 3]);
  const { keyring: young } = await keyringWith({ type: 'aes256-gcm96', latest_version: 1 });
  expect(await young.epochs()).toEqual([1]);
});

test('a key that the KMS does not have is made, for a new vault only, and its newest version is an epoch', async () => {
  const { keyring, asked, epochFolders } = await keyringWith(undefined, {}, key);
  await keyring.prepare(true);
  expect(asked.map(({ method, body }) => `${method} ${body}`)).toEqual([
    'GET ',
    'POST {"type":"aes256-gcm96","derived":false,"exportable":false,"allow_plaintext_backup":false}',
    'GET ',
  ]);
  expect(await epochFolders()).toEqual(['00000003']);
  const { keyring: lost } = await keyringWith(undefined);
  await expect(lost.prepare(false)).rejects.toMatchObject({ code: 'corrupt' });
});

test.for([
  ['type', 'chacha20-poly1305', 'must be of type aes256-gcm96'],
  ['derived', true, 'must be of type aes256-gcm96'],
  ['exportable', true, 'must not be exportable'],
  ['allow_plaintext_backup', true, 'must not be exportable'],
  ['deletion_allowed', true, 'must not be deletable'],
] as const)('a key of the KMS whose %s is %s is refused', async ([name, value, why]) => {
  const { keyring } = await keyringWith({ ...key, [name]: value });
  await expect(keyring.prepare(true)).rejects.toThrow(why);
});

test.for(['latest_version', 'min_available_version', 'min_decryption_version'])(
  'a %s that is no whole number is no answer',
  async (name) => {
    for (const value of ['3', 1.5, [], {}]) {
      const { keyring } = await keyringWith({ ...key, [name]: value });
      await expect(keyring.epochs()).rejects.toMatchObject({
        code: 'kms-unavailable',
        message: `The KMS answered without a usable ${name}`,
      });
    }
  },
);

test('a data key is of the epoch that its wrapping says, and opens in its own place only', async () => {
  const { keyring, epochFolders } = await keyringWith(made);
  const wrapped = await keyring.create(place);
  expect(wrapped).toMatchObject({ keyId: 'key_1', version: 1, epoch: 3 });
  expect(wrapped.wrapped).toMatch(/^vault:v3:opaque [\w+/]{43}=$/);
  expect(await epochFolders()).toEqual(['00000003']);
  expect((await keyring.unwrap(wrapped, place.slot)).toString('base64')).toBe(plaintext);
  const elsewhere = { ...wrapped, keyId: 'key_2' };
  for (const [moved, slot] of [
    [wrapped, 'cd'],
    [elsewhere, place.slot],
    [{ ...wrapped, version: 2 }, place.slot],
  ] as const)
    await expect(keyring.unwrap(moved, slot)).rejects.toMatchObject({ code: 'corrupt' });
  const cut = { ...wrapped, wrapped: wrapped.wrapped.slice(0, -8) };
  await expect(keyring.unwrap(cut, place.slot)).rejects.toMatchObject({ code: 'corrupt' });
  const unbound = { ...wrapped, wrapped: 'vault:v3:opaque' };
  await expect(keyring.unwrap(unbound, place.slot)).rejects.toThrow('has lost a part');
  const { keyring: short } = await keyringWith({ ...made, plaintext: plaintext.slice(4) });
  await expect(short.unwrap(await short.create(place), place.slot)).rejects.toMatchObject({
    code: 'corrupt',
  });
});

test.for([
  { plaintext },
  { ...made, ciphertext: 5 },
  { ...made, plaintext: undefined },
  { ...made, ciphertext: 'vault:v0:opaque' },
  { ...made, ciphertext: 'vault:v12345678901:opaque' },
  { ...made, ciphertext: 'xvault:v1:opaque' },
])('an answer without a usable data key is none: %o', async (answer) => {
  const { keyring } = await keyringWith(answer);
  await expect(keyring.create(place)).rejects.toThrow(/without a usable (ciphertext|plaintext)/);
});

test('keys that are wrapped anew keep their binding, in order, and an answer that lacks one is none', async () => {
  const entries = ['a', 'b'].map((name) => ({
    slot: name,
    key: { keyId: name, version: 1, epoch: 2, wrapped: `vault:v2:${name} YmluZGluZw==` },
  }));
  const results = [{ ciphertext: 'vault:v3:c' }, { ciphertext: 'vault:v3:d' }];
  const { keyring, asked } = await keyringWith({ batch_results: results });
  expect(await keyring.rewrap(entries)).toEqual([
    { keyId: 'a', version: 1, epoch: 3, wrapped: 'vault:v3:c YmluZGluZw==' },
    { keyId: 'b', version: 1, epoch: 3, wrapped: 'vault:v3:d YmluZGluZw==' },
  ]);
  expect(asked[0]?.body).toBe('{"batch_input":[{"ciphertext":"vault:v2:a"},{"ciphertext":"vault:v2:b"}]}');
  for (const batch of [
    results.slice(1),
    [...results, ...results],
    'text',
    [null, null],
    [{ error: 'x' }, results[0]],
  ]) {
    const { keyring: lacking } = await keyringWith({ batch_results: batch });
    await expect(lacking.rewrap(entries)).rejects.toThrow(/without a usable (batch_results|ciphertext)/);
  }
});

test('a rotation that the KMS answers without making a version has failed', async () => {
  const { keyring, asked } = await keyringWith(key);
  await expect(keyring.openNextEpoch()).rejects.toThrow('without a usable rotation');
  expect(asked).toHaveLength(3);
});

test('a name that could mean another path of the KMS is no name of a key', () => {
  for (const name of ['', 'a/b', 'a b', '../a', 'a'.repeat(65)])
    expect(() => new TransitKeyring(undefined as never, name, undefined as never)).toThrow(
      'cannot name a transit key',
    );
});
