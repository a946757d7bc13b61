import { type Anchor, anchorIn, openDirectoryAnchor } from '@candor/privacy-engine';
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

/** The same anchors for comparing: no folder is made, because an empty anchor contradicts nothing. */
export function knownAnchors(ctx: Ctx, folders: readonly string[]): ReadonlyMap<string, Anchor> {
  return new Map([
    ...rememberedByVault(ctx),
    ...folders.map((folder) => [folder, anchorIn(folder)] as const),
  ]);
}

/** Place of what the vault remembers of the log. */
export const vaultPlace = 'vault';

function rememberedByVault({ vault }: Ctx): ReadonlyMap<string, Anchor> {
  return new Map([[vaultPlace, vault.auditLog]]);
}
