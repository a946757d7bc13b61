import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { encodeGguf, type GgufTensor, type GgufValue } from './gguf.ts';
import { gaussianFrom } from './seeded-random.ts';

const width = 64;
const layerCount = 2;
const headCount = 4;
const feedForwardWidth = 128;

/** Longest prompt plus answer the generated model accepts. */
export const randomGgufContextTokens = 4096;

// The numbers llama.cpp gives to the kinds of vocabulary entries.
const tokenKind = { normal: 1, unknown: 2, control: 3, byte: 6 } as const;

interface VocabularyEntry {
  text: string;
  kind: number;
  /** Pushes the logit of this token up or down, see `biasDimension`. */
  bias: number;
}

// Every embedding has the same large value in this dimension, so after normalisation it is nearly
// constant and a weight on it works as the bias that llama's output layer does not have.
const biasDimension = 0;
const biasSignal = 4;

// Only a line break has a value here, and only the end looks at it: an answer, which begins after a
// line break, is never over before it has begun.
const lineBreakDimension = 1;
const lineBreak = '<0x0A>';
const endText = '<|im_end|>';

// Each token is the end with a chance of about two percent: answers are some fifty tokens long.
const endBias = 0.65;
const neverBias = -4;
// Bytes stay possible (any text can be read and written), but nonsense should be legible nonsense.
const byteBias = -1.2;

const chatTemplate = [
  '{% for message in messages %}',
  "{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' }}",
  '{% endfor %}',
  "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}",
].join('');

export interface RandomGgufOptions {
  seed?: number;
  /** A model that goes on until it is stopped, for tests of what stops it. */
  isEndless?: boolean;
}

/**
 * Writes a small llama model with random weights, the same file for the same seed, unless it is
 * already there. It speaks nonsense, and lets everything else be run and tested without a download.
 */
export async function writeRandomGguf(path: string, options: RandomGgufOptions = {}): Promise<string> {
  if (await isFile(path)) return path;
  await mkdir(dirname(path), { recursive: true });
  const temporaryPath = `${path}.${randomUUID()}.tmp`;
  try {
    await writeFile(temporaryPath, randomGguf(options));
    await rename(temporaryPath, path);
  } finally {
    await rm(temporaryPath, { force: true });
  }
  return path;
}

/** The bytes of the generated model. */
export function randomGguf({ seed = 1, isEndless = false }: RandomGgufOptions = {}): Buffer {
  const vocabulary = listVocabulary(isEndless ? neverBias : endBias);
  return encodeGguf(describeModel(vocabulary), listTensors(vocabulary, seed));
}

function listVocabulary(biasOfEnd: number): VocabularyEntry[] {
  const normal = (text: string): VocabularyEntry => ({ text, kind: tokenKind.normal, bias: 0 });
  const bytes = Array.from({ length: 256 }, (_, byte) => byteName(byte));
  const letters = [..."abcdefghijklmnopqrstuvwxyz.,?!'"];
  const syllables = [...'bklmt'].flatMap((consonant) => [...'aeiou'].map((vowel) => consonant + vowel));
  return [
    { text: '<unk>', kind: tokenKind.unknown, bias: neverBias },
    { text: '<s>', kind: tokenKind.control, bias: neverBias },
    { text: '</s>', kind: tokenKind.control, bias: neverBias },
    ...bytes.map((text) => ({ text, kind: tokenKind.byte, bias: byteBias })),
    normal('▁'),
    ...letters.map(normal),
    ...syllables.map(normal),
    ...syllables.map((syllable) => normal(`▁${syllable}`)),
    { text: '<|im_start|>', kind: tokenKind.control, bias: neverBias },
    { text: endText, kind: tokenKind.control, bias: biasOfEnd },
  ];
}

function byteName(byte: number): string {
  return `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`;
}

function describeModel(vocabulary: VocabularyEntry[]): [string, GgufValue][] {
  const idOf = (text: string) => vocabulary.findIndex((entry) => entry.text === text);
  return [
    ['general.architecture', { type: 'string', value: 'llama' }],
    ['general.name', { type: 'string', value: 'Random weights: speaks nonsense' }],
    ['general.file_type', { type: 'uint32', value: 0 }],
    [isNonsenseKey, { type: 'bool', value: true }],
    ['llama.context_length', { type: 'uint32', value: randomGgufContextTokens }],
    ['llama.embedding_length', { type: 'uint32', value: width }],
    ['llama.block_count', { type: 'uint32', value: layerCount }],
    ['llama.feed_forward_length', { type: 'uint32', value: feedForwardWidth }],
    ['llama.attention.head_count', { type: 'uint32', value: headCount }],
    ['llama.attention.head_count_kv', { type: 'uint32', value: headCount }],
    ['llama.attention.layer_norm_rms_epsilon', { type: 'float32', value: 1e-5 }],
    ['llama.rope.dimension_count', { type: 'uint32', value: width / headCount }],
    ['llama.vocab_size', { type: 'uint32', value: vocabulary.length }],
    ['tokenizer.ggml.model', { type: 'string', value: 'llama' }],
    ['tokenizer.ggml.tokens', { type: 'strings', value: vocabulary.map((entry) => entry.text) }],
    // Longer pieces win over shorter ones when text is split.
    ['tokenizer.ggml.scores', { type: 'float32s', value: vocabulary.map((entry) => entry.text.length) }],
    ['tokenizer.ggml.token_type', { type: 'int32s', value: vocabulary.map((entry) => entry.kind) }],
    ['tokenizer.ggml.unknown_token_id', { type: 'uint32', value: idOf('<unk>') }],
    ['tokenizer.ggml.bos_token_id', { type: 'uint32', value: idOf('<s>') }],
    ['tokenizer.ggml.eos_token_id', { type: 'uint32', value: idOf('</s>') }],
    ['tokenizer.ggml.eot_token_id', { type: 'uint32', value: idOf(endText) }],
    ['tokenizer.ggml.add_bos_token', { type: 'bool', value: true }],
    ['tokenizer.ggml.add_eos_token', { type: 'bool', value: false }],
    ['tokenizer.ggml.add_space_prefix', { type: 'bool', value: false }],
    ['tokenizer.chat_template', { type: 'string', value: chatTemplate }],
  ];
}

/** Metadata key of a weights file that marks its model as one that only makes noise. */
export const isNonsenseKey = 'candor.is_nonsense';

function listTensors(vocabulary: VocabularyEntry[], seed: number): GgufTensor[] {
  const nextGaussian = gaussianFrom(seed);
  const matrix = (columns: number, rows: number, deviation: number) =>
    Float32Array.from({ length: columns * rows }, () => nextGaussian() * deviation);
  /** What a layer adds to its input; the first two dimensions have a meaning of their own and stay as they are. */
  const outward = (columns: number) => matrix(columns, width, 0.05).fill(0, 0, columns * 2);
  const norm = () => new Float32Array(width).fill(1);

  const embedding = matrix(width, vocabulary.length, 1);
  const output = matrix(width, vocabulary.length, 0.25);
  for (const [index, { text, bias }] of vocabulary.entries()) {
    const row = index * width;
    if (bias !== 0) output.fill(0, row, row + width);
    embedding[row + biasDimension] = biasSignal;
    output[row + biasDimension] = bias;
    embedding[row + lineBreakDimension] = text === lineBreak ? -biasSignal : 0;
    output[row + lineBreakDimension] = text === endText ? 3 : 0;
  }

  const layers = Array.from({ length: layerCount }, (_, layer): GgufTensor[] => [
    { name: `blk.${layer}.attn_norm.weight`, shape: [width], values: norm() },
    { name: `blk.${layer}.attn_q.weight`, shape: [width, width], values: matrix(width, width, 0.2) },
    { name: `blk.${layer}.attn_k.weight`, shape: [width, width], values: matrix(width, width, 0.2) },
    { name: `blk.${layer}.attn_v.weight`, shape: [width, width], values: matrix(width, width, 0.1) },
    { name: `blk.${layer}.attn_output.weight`, shape: [width, width], values: outward(width) },
    { name: `blk.${layer}.ffn_norm.weight`, shape: [width], values: norm() },
    {
      name: `blk.${layer}.ffn_gate.weight`,
      shape: [width, feedForwardWidth],
      values: matrix(width, feedForwardWidth, 0.1),
    },
    {
      name: `blk.${layer}.ffn_up.weight`,
      shape: [width, feedForwardWidth],
      values: matrix(width, feedForwardWidth, 0.1),
    },
    {
      name: `blk.${layer}.ffn_down.weight`,
      shape: [feedForwardWidth, width],
      values: outward(feedForwardWidth),
    },
  ]);
  return [
    { name: 'token_embd.weight', shape: [width, vocabulary.length], values: embedding },
    ...layers.flat(),
    { name: 'output_norm.weight', shape: [width], values: norm() },
    { name: 'output.weight', shape: [width, vocabulary.length], values: output },
  ];
}

async function isFile(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() ?? false;
}
