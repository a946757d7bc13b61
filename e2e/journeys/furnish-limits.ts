import type { Client } from '../../demo/client.ts';

/** Limits of every kind, above what the people of the furnished installation call. */
export async function limits({ call }: Client, tenantId: string, modelId: string): Promise<void> {
  const most = { requestsPerMinute: 6000, tokensPerMinute: 2_000_000, parallelRequests: null };
  await call('PUT', '/api/gateway/model-rate-limits', { modelId, ...most });
  for (const ofModel of [null, modelId]) {
    const exception = { tenantId, modelId: ofModel, ...most, parallelRequests: 64 };
    await call('PUT', '/api/gateway/account-rate-limits', exception);
  }
}
