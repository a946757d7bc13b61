import { fingerprint, openAt, type VaultAddress } from './vault-world.ts';

/** What a test asks of another process. It prints one line of JSON, unless it is killed before. */
export interface VaultErrand {
  readonly address: VaultAddress;
  readonly subjects: readonly string[];
  readonly work: 'make' | 'destroy' | 'rotate';
  /** Kills itself, as the machine would, before this change of the disk. */
  readonly killBefore?: number;
}

const errand = JSON.parse(process.argv[2] ?? '') as VaultErrand;
let step = 0;
let isArmed = false;
const vault = await openAt(errand.address, {
  beforeStep: () => {
    if (isArmed) step += 1;
    if (step === errand.killBefore) process.kill(process.pid, 'SIGKILL');
  },
});
isArmed = true;
const made: Record<string, string> = {};
if (errand.work === 'make') {
  for (const subject of errand.subjects) made[subject] = fingerprint(await vault.dek(subject, 'core'));
}
if (errand.work === 'destroy') for (const subject of errand.subjects) await vault.destroy(subject, 'all');
if (errand.work === 'rotate') await vault.rotateEpoch();
vault.close();
process.stdout.write(`${JSON.stringify({ made })}\n`);
