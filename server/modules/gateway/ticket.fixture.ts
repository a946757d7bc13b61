import type { CachedKey } from './key-cache.ts';

/** A key without a quota or an end, of a person and an account that no database knows. */
export const cachedKey: CachedKey = {
  facts: {
    apiKeyId: 'key',
    userId: 'user',
    tenantId: 'tenant',
    expiresAt: null,
    isDisabled: false,
    tokenQuota: null,
    tokensUsed: 0n,
    moneyQuotaMicros: null,
    quotaPeriod: null,
    rateLimits: null,
    allowedModels: null,
    allowedNetworks: null,
    allowedOrigins: null,
  },
  loadedAtMs: 0,
  epoch: 0,
};
