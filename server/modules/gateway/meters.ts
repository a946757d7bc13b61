import type { Meter, NamedCode } from '../../declare/meter.ts';

const product: NamedCode = { name: 'models', title: { zh: '模型调用', en: 'Calls of models' } };
const call: NamedCode = { name: 'call', title: { zh: '次', en: 'calls' } };
const token: NamedCode = { name: 'token', title: { zh: 'token', en: 'tokens' } };

const image: NamedCode = { name: 'image', title: { zh: '张', en: 'images' } };
const character: NamedCode = { name: 'character', title: { zh: '字符', en: 'characters' } };

const inputTokens = 'gateway.input-tokens';
const outputTokens = 'gateway.output-tokens';
/** Priced by what they make; tokens are extra. */
const notByTokens = ['image'] as const;
const ofInput = { unit: token, product, withoutPrice: { as: inputTokens } } as const;
const images = 'gateway.images';
const ofImages = { unit: image, product, withoutPrice: { as: images }, kinds: ['image'] } as const;
const ofOutput = { unit: token, product, withoutPrice: { as: outputTokens } } as const;

/** Each token is counted by one meter: the sum over the meters of tokens is what the upstream reports as the total. */
export const meters = [
  {
    name: 'gateway.calls',
    title: { zh: '调用', en: 'Calls' },
    unit: call,
    product,
    withoutPrice: 'free',
  },
  {
    name: inputTokens,
    title: { zh: '输入', en: 'Input' },
    unit: token,
    product,
    withoutPrice: 'refused',
    kinds: ['chat', 'embedding', 'rerank', 'moderation', ...notByTokens],
    freeFor: notByTokens,
  },
  {
    name: 'gateway.cached-input-tokens',
    title: { zh: '缓存命中输入', en: 'Cached input' },
    ...ofInput,
    kinds: ['chat'],
  },
  {
    name: 'gateway.cache-write-tokens',
    title: { zh: '缓存写入', en: 'Cache write' },
    ...ofInput,
    kinds: ['chat'],
  },
  {
    name: 'gateway.audio-input-tokens',
    title: { zh: '音频输入', en: 'Audio input' },
    ...ofInput,
    kinds: ['chat'],
  },
  {
    name: outputTokens,
    title: { zh: '输出', en: 'Output' },
    unit: token,
    product,
    withoutPrice: 'refused',
    kinds: ['chat', ...notByTokens],
    freeFor: notByTokens,
  },
  { name: 'gateway.reasoning-tokens', title: { zh: '思考', en: 'Reasoning' }, ...ofOutput, kinds: ['chat'] },
  {
    name: 'gateway.audio-output-tokens',
    title: { zh: '音频输出', en: 'Audio output' },
    ...ofOutput,
    kinds: ['chat'],
  },
  {
    name: images,
    title: { zh: '图像', en: 'Images' },
    unit: image,
    product,
    withoutPrice: 'refused',
    kinds: ['image'],
  },
  // More than 1024 by 1024 pixels; the quality `high` or `hd`.
  { name: 'gateway.large-images', title: { zh: '大图', en: 'Large images' }, ...ofImages },
  {
    name: 'gateway.high-quality-images',
    title: { zh: '高质量图像', en: 'High-quality images' },
    ...ofImages,
  },
  {
    name: 'gateway.large-high-quality-images',
    title: { zh: '高质量大图', en: 'Large high-quality images' },
    ...ofImages,
  },
  {
    name: 'gateway.characters',
    title: { zh: '合成字符', en: 'Characters spoken' },
    unit: character,
    product,
    withoutPrice: 'refused',
    kinds: ['speech'],
  },
] as const satisfies readonly Meter[];

export type GatewayMeter = (typeof meters)[number]['name'];

/** Bills from before there were meters counted input and output together. */
export const retiredCodes: readonly NamedCode[] = [
  { name: 'tokens', title: { zh: '输入与输出', en: 'Input and output' } },
];
