/** What a model does, which says how it is called and what of it is counted. */
export const modelKinds = ['chat', 'embedding', 'rerank', 'moderation', 'image', 'speech'] as const;
export type ModelKind = (typeof modelKinds)[number];
