import { type KeyVault, VaultError } from '@candor/privacy-engine';
import pg from 'pg';

/**
 * A database remembers the vault that seals it. Beside another one no person could log in, all would look erased,
 * and names would be given away a second time; so the server does not start. The mark travels with a dump.
 * @throws VaultError when the database was sealed with another vault.
 */
export async function requireOwnVault(client: pg.Client, vault: KeyVault): Promise<void> {
  const { keyId } = await vault.blindIndexKey('installation');
  const mark = `sealed with the vault ${keyId}`;
  const { rows } = await client.query<{ comment: string | null }>(
    `select obj_description('privacy_engine'::regnamespace, 'pg_namespace') as comment`,
  );
  const found = rows[0]?.comment ?? null;
  if (found === mark) return;
  if (found !== null) {
    throw new VaultError(
      'corrupt',
      `This database was ${found}, and the vault here is another one (${keyId}). Put its vault back: without it everything personal in the database is unreadable.`,
    );
  }
  await client.query(`comment on schema privacy_engine is ${pg.escapeLiteral(mark)}`);
}
