import type { ModelKind } from '../catalog/index.ts';
import type { Endpoint } from './endpoint-rules.ts';
import { wrongEndpoint } from './problems.ts';

/**
 * How models of each kind are called. A price is complete for one kind, so another endpoint would use what has no price.
 * Many chat models make vectors too, counted as what they read.
 */
const endpointsByKind: Readonly<Record<ModelKind, readonly Endpoint[]>> = {
  chat: ['chat/completions', 'completions', 'messages', 'messages/count_tokens', 'responses', 'embeddings'],
  embedding: ['embeddings'],
  rerank: ['rerank'],
  moderation: ['moderations'],
  image: ['images/generations'],
  speech: ['audio/speech'],
};

/** @throws `gateway.wrong_endpoint` saying how the model is called. */
export function requireEndpoint(kind: ModelKind, endpoint: Endpoint): void {
  const endpoints = endpointsByKind[kind];
  if (endpoints.includes(endpoint)) return;
  const paths = endpoints.map((one) => `/v1/${one}`).join(', ');
  throw wrongEndpoint({ param: 'model', detail: `This model is called at ${paths}.` });
}
