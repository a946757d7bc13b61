import type { ModelKind } from '../catalog/index.ts';
import { kindOfName } from './listed-models.ts';

/** The smallest call of a model of each kind; what chat models are sent depends on the protocol of their server. */
const requests: Readonly<
  Record<Exclude<ModelKind, 'chat'>, { readonly path: string; readonly body: object }>
> = {
  embedding: { path: 'embeddings', body: { input: 'Hi' } },
  rerank: { path: 'rerank', body: { query: 'Hi', documents: ['Hi'] } },
  moderation: { path: 'moderations', body: { input: 'Hi' } },
  image: { path: 'images/generations', body: { prompt: 'A dot', n: 1 } },
  speech: { path: 'audio/speech', body: { input: 'Hi', voice: 'alloy' } },
};

export function trialRequestOf(kind: keyof typeof requests) {
  return requests[kind];
}

/** The kind that a name speaks of, then those that names often conceal: a server refuses what its model is not. */
export function kindsToTry(upstreamModel: string): readonly ModelKind[] {
  return [...new Set<ModelKind>([kindOfName(upstreamModel), 'chat', 'embedding', 'rerank'])];
}
