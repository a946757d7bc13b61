import { type Anchor, openDirectoryAnchor } from '@candor/privacy';

/** The anchors by the folders they are. */
export async function openAnchors(folders: readonly string[]): Promise<ReadonlyMap<string, Anchor>> {
  return new Map(
    await Promise.all(
      folders.map(async (folder): Promise<[string, Anchor]> => [folder, await openDirectoryAnchor(folder)]),
    ),
  );
}
