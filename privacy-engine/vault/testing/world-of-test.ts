import { onTestFinished } from 'vitest';
import { newLocalWorld, type VaultWorld } from './vault-world.ts';

/** A world that is closed when the test is over. */
export async function localWorldOfTest(): Promise<VaultWorld> {
  const world = await newLocalWorld();
  onTestFinished(() => world.closeAll());
  return world;
}
