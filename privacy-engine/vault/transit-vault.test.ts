import { afterAll } from 'vitest';
import { FakeKms } from './testing/fake-kms.ts';
import { describeKeyContract } from './testing/key-contract.ts';
import { newTransitWorld, removeFolders } from './testing/vault-world.ts';

const kms = new FakeKms();
const address = await kms.start();
afterAll(async () => {
  await kms.stop();
  await removeFolders();
});

describeKeyContract('transit', () => newTransitWorld(kms, address));
