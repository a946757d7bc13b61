import { afterAll } from 'vitest';
import { describeEpochContract } from './testing/epoch-contract.ts';
import { newLocalWorld, removeFolders } from './testing/vault-world.ts';

afterAll(removeFolders);

describeEpochContract('local', newLocalWorld);
