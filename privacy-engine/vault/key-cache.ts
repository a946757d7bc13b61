import type { DataKey } from './key-vault.ts';
import { VaultError } from './vault-error.ts';

/** An unwrapped key that can be taken back: after `wipe` its holders get an error, never zeros. */
export class WipeableKey implements DataKey {
  readonly keyId: string;
  readonly version: number;
  /** Seals already counted on the disk and not yet used in this process. */
  sealsLeft = 0;
  #material: Buffer | undefined;

  constructor(keyId: string, version: number, material: Buffer) {
    this.keyId = keyId;
    this.version = version;
    this.#material = material;
  }

  use<T>(work: (material: Buffer) => T): T {
    if (this.#material === undefined)
      throw new VaultError('key-wiped', `Key ${this.keyId} is no longer in memory`);
    return work(this.#material);
  }

  wipe(): void {
    this.#material?.fill(0);
    this.#material = undefined;
  }
}

export interface KeyCacheOptions {
  /** Unwrapped keys kept at once; the least recently used goes first. */
  readonly maxKeys: number;
  /** How long one stays, however often it is used. */
  readonly maxAgeMs: number;
}

/** A key that has left the cache may have been handed out a moment ago; it is wiped after this time. */
const graceMs = 10_000;

/** Unwrapped keys of the recently active, few and briefly. */
export class KeyCache {
  readonly #options: KeyCacheOptions;
  /** In order of use, the longest unused first. */
  readonly #entries = new Map<string, { readonly key: WipeableKey; readonly loadedAtMs: number }>();
  /** In order of leaving. */
  #leaving: { readonly slot: string; readonly key: WipeableKey; readonly wipeAtMs: number }[] = [];

  constructor(options: KeyCacheOptions) {
    this.#options = options;
  }

  get(slot: string, version: number, nowMs: number): WipeableKey | undefined {
    const id = idOf(slot, version);
    const entry = this.#entries.get(id);
    if (entry === undefined) return undefined;
    this.#entries.delete(id);
    if (nowMs - entry.loadedAtMs >= this.#options.maxAgeMs) {
      this.#leave(id, entry.key, nowMs);
      return undefined;
    }
    this.#entries.set(id, entry);
    return entry.key;
  }

  put(slot: string, key: WipeableKey, nowMs: number): void {
    this.#entries.set(idOf(slot, key.version), { key, loadedAtMs: nowMs });
    for (const [id, entry] of this.#entries) {
      if (this.#entries.size <= this.#options.maxKeys) break;
      this.#entries.delete(id);
      this.#leave(id, entry.key, nowMs);
    }
    this.#wipeLeft(nowMs);
  }

  /** Wipes every version of a slot at once, also those handed out. */
  drop(slot: string): void {
    for (const [id, entry] of this.#entries) {
      if (slotOf(id) !== slot) continue;
      entry.key.wipe();
      this.#entries.delete(id);
    }
    this.#leaving = this.#leaving.filter((leaving) => {
      if (leaving.slot === slot) leaving.key.wipe();
      return leaving.slot !== slot;
    });
  }

  /** How many unwrapped keys of a slot are in memory. */
  count(slot: string): number {
    const cached = [...this.#entries.keys()].filter((id) => slotOf(id) === slot).length;
    return cached + this.#leaving.filter((leaving) => leaving.slot === slot).length;
  }

  /** Called by a timer, so that an idle process holds no keys. */
  wipeOld(nowMs: number): void {
    for (const [id, entry] of this.#entries) {
      if (nowMs - entry.loadedAtMs < this.#options.maxAgeMs) continue;
      this.#entries.delete(id);
      this.#leave(id, entry.key, nowMs);
    }
    this.#wipeLeft(nowMs);
  }

  wipeAll(): void {
    for (const { key } of [...this.#entries.values(), ...this.#leaving]) key.wipe();
    this.#entries.clear();
    this.#leaving = [];
  }

  #leave(id: string, key: WipeableKey, nowMs: number): void {
    this.#leaving.push({ slot: slotOf(id), key, wipeAtMs: nowMs + graceMs });
  }

  #wipeLeft(nowMs: number): void {
    const due = this.#leaving.findIndex((leaving) => leaving.wipeAtMs > nowMs);
    const left = this.#leaving.splice(0, due === -1 ? this.#leaving.length : due);
    for (const { key } of left) key.wipe();
  }
}

function idOf(slot: string, version: number): string {
  return `${slot}:${version}`;
}

function slotOf(id: string): string {
  return id.slice(0, id.indexOf(':'));
}
