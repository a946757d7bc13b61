import { randomBytes } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type DurableFiles, listFolder } from './durable-files.ts';
import { VaultError } from './vault-error.ts';

/**
 * One folder per epoch. Everything wrapped under an epoch is written in its `staging` folder and moved from there to
 * its place. Taking that folder away (`fence`) is one atomic act after which nothing wrapped under the epoch can
 * appear anywhere, however long a process slept between wrapping and moving: its move finds no source. Only then is
 * it safe to look for survivors and to destroy the epoch. A fenced folder stays for ever, so that a number is never
 * used twice.
 */
export class EpochFolders {
  readonly #root: string;
  readonly #scratch: string;
  readonly #files: DurableFiles;

  constructor(vaultFolder: string, files: DurableFiles) {
    this.#root = join(vaultFolder, 'epochs');
    this.#scratch = join(vaultFolder, 'scratch');
    this.#files = files;
  }

  folder(epoch: number): string {
    return join(this.#root, String(epoch).padStart(8, '0'));
  }

  /** Numbers of all epochs that ever were, ascending. */
  async list(): Promise<number[]> {
    return (await listFolder(this.#root)).map(Number).sort((a, b) => a - b);
  }

  /** Opens an epoch, complete or not at all. One that exists, open or fenced, is left as it is. */
  async open(epoch: number, content: Readonly<Record<string, Buffer>> = {}): Promise<void> {
    if ((await listFolder(this.folder(epoch))).length > 0) return;
    await this.#publish(epoch, content, 'staging');
  }

  /** When the epoch before was closed; for the first one, when the vault was made. */
  async startedAt(epoch: number): Promise<string> {
    const before = join(this.folder(epoch - 1), 'fenced');
    const { mtime } = await stat(before).catch(() => stat(join(this.#root, '..', 'vault.json')));
    return mtime.toISOString();
  }

  /** A new folder to write a wrapped key of `slot` in; undefined when the epoch is fenced. */
  async stage(epoch: number, slot: string): Promise<string | undefined> {
    const path = join(this.folder(epoch), 'staging', `${slot}.${randomBytes(6).toString('hex')}`);
    return (await this.#files.makeFolder(path)) === 'done' ? path : undefined;
  }

  async unstage(folder: string): Promise<void> {
    if ((await this.#files.removeFolder(folder)) === 'occupied') await this.#files.shredFolder(folder);
  }

  /** From here on nothing wrapped under the epoch can be put in place. */
  async fence(epoch: number): Promise<void> {
    const folder = this.folder(epoch);
    const content = await listFolder(folder);
    if (content.length === 1 && content[0] === 'fenced') return;
    if (content.length === 0) await this.#publish(epoch, { fenced: Buffer.alloc(0) });
    await this.#files.writeNew(join(folder, 'fenced'), '');
    await this.#files.syncFolder(folder);
    await this.#files.move(join(folder, 'staging'), join(folder, `closed.${randomBytes(6).toString('hex')}`));
    await this.#files.syncFolder(folder);
    await this.#shredClosed(folder);
  }

  /** Folders in which something is, or was when its process died, being written for a slot. */
  async staged(slot: string): Promise<string[]> {
    const found: string[] = [];
    for (const epoch of await this.list()) {
      const folder = this.folder(epoch);
      for (const place of await listFolder(folder)) {
        if (place !== 'staging' && !place.startsWith('closed.')) continue;
        const names = await listFolder(join(folder, place));
        found.push(
          ...names.filter((name) => name.startsWith(`${slot}.`)).map((name) => join(folder, place, name)),
        );
      }
    }
    return found;
  }

  async #shredClosed(folder: string): Promise<void> {
    for (const name of await listFolder(folder)) {
      if (name.startsWith('closed.')) await this.#files.shredFolder(join(folder, name));
    }
  }

  /** Builds the folder aside and moves it to its name, which succeeds for exactly one process. */
  async #publish(
    epoch: number,
    content: Readonly<Record<string, Buffer>>,
    emptyFolder?: string,
  ): Promise<void> {
    const aside = join(this.#scratch, randomBytes(12).toString('hex'));
    if ((await this.#files.makeFolder(aside)) !== 'done')
      throw new VaultError('corrupt', `no folder ${this.#scratch}`);
    for (const [name, bytes] of Object.entries(content)) await this.#files.writeNew(join(aside, name), bytes);
    if (emptyFolder !== undefined) await this.#files.makeFolder(join(aside, emptyFolder));
    await this.#files.syncFolder(aside);
    if ((await this.#files.move(aside, this.folder(epoch))) !== 'done') await this.#files.shredFolder(aside);
    await this.#files.syncFolder(this.#root);
  }
}
