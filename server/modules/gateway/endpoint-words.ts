import type { LocalisedText } from '@candor/privacy-engine';
import type { Endpoint } from './endpoint-rules.ts';

/** What people read for an endpoint that was called. */
export const endpointWords = {
  'chat/completions': { zh: '对话补全', en: 'Chat completions' },
  completions: { zh: '文本补全', en: 'Completions' },
  embeddings: { zh: '向量', en: 'Embeddings' },
  messages: { zh: '消息（Messages）', en: 'Messages' },
  'messages/count_tokens': { zh: '消息计数', en: 'Counting of messages' },
  responses: { zh: '响应（Responses）', en: 'Responses' },
  rerank: { zh: '重排序', en: 'Rerank' },
  'images/generations': { zh: '图片生成', en: 'Image generation' },
  'audio/speech': { zh: '语音合成', en: 'Speech' },
  moderations: { zh: '内容审核', en: 'Moderations' },
} as const satisfies Readonly<Record<Endpoint, LocalisedText>>;
