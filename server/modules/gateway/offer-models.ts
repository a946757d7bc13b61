import type { Ctx } from '../../kernel/context.ts';
import { listModels, type ModelKind, registerModel } from '../catalog/index.ts';
import { kindOfName } from './listed-models.ts';

export interface OfferedModel {
  readonly modelId: string;
  readonly upstreamModel: string;
  readonly kind?: ModelKind | undefined;
  readonly contextTokens?: number | undefined;
}

/** What most servers can read at once when the operator does not say. */
const defaultContextTokens = 8192;

/**
 * Puts models of an upstream in the catalogue that are not there yet, without a price: an operator who adds a server
 * finds its models under "Prices" and sells them by pricing them. Cards that exist stay as they are.
 */
export async function offerModels(ctx: Ctx, models: readonly OfferedModel[]): Promise<void> {
  const known = new Set((await listModels(ctx)).map(({ id }) => id));
  for (const { modelId, upstreamModel, contextTokens = defaultContextTokens, ...said } of models) {
    if (known.has(modelId)) continue;
    const kind = said.kind ?? kindOfName(upstreamModel);
    await registerModel(ctx, {
      id: modelId,
      displayName: { zh: modelId, en: modelId },
      // Customers read the card, and where a model is bought is not for them.
      description: { zh: '', en: '' },
      provider: '',
      kind,
      contextTokens,
      tags: kind === 'chat' ? ['text'] : kind === 'embedding' ? ['embedding'] : [],
      isNonsense: false,
    });
  }
}
