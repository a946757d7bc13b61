import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Ctx } from '../../kernel/context.ts';
import { unavailable } from '../../kernel/problem.ts';
import { type ApiKeyFacts, findApiKey } from '../identity/index.ts';
import { invalidApiKey } from './problems.ts';

/** A key as the gateway remembers it. */
export interface CachedKey {
  readonly facts: ApiKeyFacts;
  readonly loadedAtMs: number;
  /** `KeyCache.epoch` before it was read. */
  readonly epoch: number;
}

export interface KeyCache {
  /** The facts when they are here and fresh, else undefined. */
  peek(secret: string): CachedKey | undefined;
  /** @throws `gateway.invalid_api_key` when no key has this secret. */
  find(secret: string): Promise<CachedKey>;
  forget(apiKeyId: string): void;
  clear(): void;
  /** How often everything was forgotten. What was read in an earlier epoch may be of a person who is gone. */
  readonly epoch: number;
  /** How many keys of a person are remembered. */
  countOf(userId: string): number;
}

const maxKeys = 20_000;
const maxUnknownKeys = 2_000;
/** Should a notification be lost, a key that was disabled works this long at most. */
const freshMs = 30_000;
/** A wrong key is remembered shortly, so that a client in a loop does not keep the database busy. */
const unknownFreshMs = 5_000;
/** Guessing keys must not take every database connection. */
const maxLookups = 32;

/** Remembers keys by the SHA-256 of the secret, so that no secret stays in memory. */
export function createKeyCache(ctx: Ctx): KeyCache {
  const keyByDigest = new LRUCache<string, CachedKey>({ max: maxKeys });
  const unknownSince = new LRUCache<string, number>({ max: maxUnknownKeys });
  const lookups = new Map<string, Promise<CachedKey>>();
  let generation = 0;
  let epoch = 0;

  function nowMs(): number {
    return ctx.clock.now().getTime();
  }
  function peekDigest(digest: string): CachedKey | undefined {
    const cached = keyByDigest.get(digest);
    return cached !== undefined && nowMs() - cached.loadedAtMs < freshMs ? cached : undefined;
  }
  async function lookUp(digest: string, secret: string): Promise<CachedKey> {
    const [startedIn, readIn] = [generation, epoch];
    const facts = await findApiKey(ctx, secret);
    if (facts === null) {
      unknownSince.set(digest, nowMs());
      throw invalidApiKey();
    }
    const cached: CachedKey = { facts, loadedAtMs: nowMs(), epoch: readIn };
    // A key that changed while it was read may have been read in its old state.
    if (startedIn === generation) keyByDigest.set(digest, cached);
    return cached;
  }

  return {
    peek: (secret) => peekDigest(digestOf(secret)),
    async find(secret) {
      const digest = digestOf(secret);
      const cached = peekDigest(digest);
      if (cached !== undefined) return cached;
      if (nowMs() - (unknownSince.get(digest) ?? -Infinity) < unknownFreshMs) throw invalidApiKey();
      const running = lookups.get(digest);
      if (running !== undefined) return running;
      if (lookups.size >= maxLookups) throw unavailable({ retryAfterSeconds: 1 });
      const lookup = lookUp(digest, secret).finally(() => lookups.delete(digest));
      lookups.set(digest, lookup);
      return lookup;
    },
    forget(apiKeyId) {
      generation += 1;
      for (const [digest, { facts }] of keyByDigest.entries())
        if (facts.apiKeyId === apiKeyId) keyByDigest.delete(digest);
    },
    clear() {
      generation += 1;
      epoch += 1;
      keyByDigest.clear();
      unknownSince.clear();
    },
    get epoch() {
      return epoch;
    },
    countOf: (userId) => [...keyByDigest.values()].filter(({ facts }) => facts.userId === userId).length,
  };
}

function digestOf(secret: string): string {
  return hash('sha256', secret, 'base64');
}
