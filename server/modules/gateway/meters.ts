import type { Meter, NamedCode } from '../../declare/meter.ts';

const product: NamedCode = { name: 'models', title: { zh: '模型调用', en: 'Calls of models' } };
const call: NamedCode = { name: 'call', title: { zh: '次', en: 'calls' } };
const token: NamedCode = { name: 'token', title: { zh: 'token', en: 'tokens' } };

const inputTokens = 'gateway.input-tokens';
const outputTokens = 'gateway.output-tokens';
/** Priced by what they make or hear; tokens are extra. */
const notByTokens = ['image', 'speech', 'transcription'] as const;
const ofInput = { unit: token, product, withoutPrice: { as: inputTokens } } as const;
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
] as const satisfies readonly Meter[];

export type GatewayMeter = (typeof meters)[number]['name'];

/** Bills from before there were meters counted input and output together. */
export const retiredCodes: readonly NamedCode[] = [
  { name: 'tokens', title: { zh: '输入与输出', en: 'Input and output' } },
];
