import { afterAll } from 'vitest';
import { describeEpochContract } from './testing/epoch-contract.ts';
import { FakeKms } from './testing/fake-kms.ts';
import { newTransitWorld, removeFolders } from './testing/vault-world.ts';

const kms = new FakeKms();
const address = await kms.start();
afterAll(async () => {
  await kms.stop();
  await removeFolders();
});

describeEpochContract('transit', () => newTransitWorld(kms, address));
