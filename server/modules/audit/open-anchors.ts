import { type Anchor, openDirectoryAnchor } from '@candor/privacy';
import type { Ctx } from '../../kernel/context.ts';

/**
 * The anchors by the folders they are, and what the vault remembers: a backup may take a folder back together with the
 * database, the vault it may not.
 */
export async function openAnchors(
  ctx: Ctx,
  folders: readonly string[],
): Promise<ReadonlyMap<string, Anchor>> {
  return new Map([
    ...rememberedByVault(ctx),
    ...(await Promise.all(
      folders.map(async (folder): Promise<[string, Anchor]> => [folder, await openDirectoryAnchor(folder)]),
    )),
  ]);
}

/** What was signed of the log, as the vault alone remembers it. */
export function rememberedByVault({ vault }: Ctx): ReadonlyMap<string, Anchor> {
  return new Map([['vault', vault.auditLog]]);
}
