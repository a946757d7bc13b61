import { afterAll } from 'vitest';
import { describeKeyContract } from './testing/key-contract.ts';
import { newLocalWorld, removeFolders } from './testing/vault-world.ts';

afterAll(removeFolders);

describeKeyContract('local', newLocalWorld);
