import {
  createPrivateJwk,
  type KeyVault,
  openLocalVault,
  openSigningKey,
  openTransitVault,
  type SigningKey,
} from '@candor/privacy-engine';
import type { VaultConfig } from '../config/config.ts';
import { DamagedSecretError, readSecret, secretPath } from '../kernel/secrets.ts';

/** The vault the settings name. @throws VaultError saying what is wrong with it. */
export async function openVaultOf(config: VaultConfig): Promise<KeyVault> {
  if (config.driver === 'local') return openLocalVault({ folder: config.folder });
  const { folder, address, token, keyName } = config;
  return openTransitVault({ folder, keyName, kms: { address, token: () => token } });
}

/** The signing key of this installation, made at the first start. */
export async function openSigningKeyOf(dataDir: string): Promise<SigningKey> {
  const fresh = await createPrivateJwk();
  const text = await readSecret(dataDir, 'signing-key', () => JSON.stringify(fresh));
  try {
    return await openSigningKey(JSON.parse(text) as Awaited<ReturnType<typeof createPrivateJwk>>);
  } catch {
    // What parsers say of a damaged key quotes it.
    throw new DamagedSecretError(secretPath(dataDir, 'signing-key'));
  }
}
