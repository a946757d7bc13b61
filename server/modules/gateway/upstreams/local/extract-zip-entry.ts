import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { openPromise } from 'yauzl';

/** Unpacks one file of a zip archive without holding it in memory. */
export async function extractZipEntry(zipPath: string, entryName: string, targetPath: string): Promise<void> {
  const zip = await openPromise(zipPath, { lazyEntries: true, autoClose: false });
  try {
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName !== entryName) continue;
      await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(targetPath));
      return;
    }
  } finally {
    zip.close();
  }
  throw new Error(`The archive holds no ${entryName}.`);
}
