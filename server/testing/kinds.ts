import { randomBytes } from 'node:crypto';
import { type MeterPrice, type ModelKind, registerModel, setPrice } from '../modules/catalog/index.ts';
import type { Cloud } from './gateway.ts';

/** Sells one more model of a kind, served by the scripted upstream. @returns its public name. */
export async function sellModel(
  cloud: Cloud,
  kind: ModelKind,
  prices: readonly MeterPrice[] | null,
  upstreamModel = `vendor/${kind}`,
): Promise<string> {
  const modelId = `${kind}-${randomBytes(4).toString('hex')}`;
  await registerModel(cloud.system, {
    id: modelId,
    displayName: { zh: modelId, en: modelId },
    description: { zh: '', en: '' },
    provider: '',
    kind,
    contextTokens: 8192,
    tags: [],
    isNonsense: false,
  });
  if (prices !== null) await setPrice(cloud.system, { sku: modelId, prices });
  const added = await cloud.operator.call('POST', '/api/gateway/upstreams', {
    name: modelId,
    baseUrl: cloud.upstream.baseUrl,
    models: [{ modelId, upstreamModel }],
  });
  if (added.statusCode !== 201)
    throw new Error(`adding the upstream answered ${added.statusCode}: ${added.body}`);
  await cloud.untilHeard();
  return modelId;
}
