import { mkdir, mkdtemp } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Config } from '../config/config.ts';
import type { Ctx } from '../kernel/context.ts';
import { listModels, type ModelCard, registerModel, setPrice } from '../modules/catalog/index.ts';
import {
  obtainWeights,
  startLocalModelServer,
  type Weights,
  type WeightsProgress,
} from '../modules/gateway/index.ts';
import type { Terminal } from './terminal.ts';

/** Names that stay the same whichever weights could be had; the card says which they are. */
const chatModelId = 'candor-local';
const embeddingModelId = 'candor-local-embedding';
export const localModelIds: readonly string[] = [chatModelId, embeddingModelId];
const contextTokens = 2048;
const maxSequences = 4;
const socketName = 'model.sock';
/** The shortest limit among the systems we run on. */
const longestSocketPathBytes = 103;

/** A first price, so that a new installation sells something; the operator changes it under "Prices". */
const firstPrices = [
  { meter: 'gateway.input-tokens', micros: 500_000n, perUnits: 1_000_000n },
  { meter: 'gateway.output-tokens', micros: 2_000_000n, perUnits: 1_000_000n },
];

export interface RunningLocalModel {
  readonly socketPath: string;
  readonly modelIds: readonly { readonly modelId: string; readonly upstreamModel: string }[];
  /** Resolves when its thread has ended, asked to or not. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/**
 * Finds weights (which may take a download), loads them in a thread of this process and puts the model in the
 * catalogue with a first price. @returns null when the operator wants no local model.
 */
export async function startLocalModel(
  ctx: Ctx,
  config: Config,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<RunningLocalModel | null> {
  if (config.model === 'none') return null;
  const weights = await obtainWeights({
    directory: join(config.dataDir, 'models'),
    log: ctx.log,
    signal,
    onProgress: (progress) => terminal.progress(describeProgress(progress)),
    ...(config.model === 'generated' ? { sources: [] } : {}),
    ...(config.model === 'auto' || config.model === 'generated'
      ? {}
      : { configured: { path: config.model } }),
  });
  const server = await startLocalModelServer({
    weightsPath: weights.path,
    socketPath: join(await socketFolder(config.dataDir), socketName),
    modelId: chatModelId,
    // ggml's threads spin while they wait: a thread more than there are free cores makes everything crawl.
    threads: config.modelThreads ?? Math.max(1, availableParallelism() - 1),
    maxSequences,
    contextTokens,
    ...(weights.sampling === undefined ? {} : { sampling: weights.sampling }),
    log: ctx.log,
  });
  for (const card of cardsFor(weights, server.isNonsense, server.contextTokens)) await offer(ctx, card);
  if (server.isNonsense)
    terminal.say('The local model has generated weights: everything works, but it speaks nonsense.');
  return {
    socketPath: server.socketPath,
    modelIds: localModelIds.map((modelId) => ({ modelId, upstreamModel: chatModelId })),
    ended: server.ended,
    stop: () => server.stop(),
  };
}

/** A private folder whose path leaves room for the socket: beside the data, else a fresh one under the system's. */
async function socketFolder(dataDir: string): Promise<string> {
  const folder = join(dataDir, 'run');
  if (Buffer.byteLength(join(folder, socketName)) > longestSocketPathBytes)
    return mkdtemp(join(tmpdir(), 'candor-'));
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return folder;
}

async function offer(ctx: Ctx, card: ModelCard): Promise<void> {
  await registerModel(ctx, card);
  const known = (await listModels(ctx)).find(({ id }) => id === card.id);
  if (known?.price === null) await setPrice(ctx, { sku: card.id, prices: firstPrices });
}

function cardsFor(weights: Weights, isNonsense: boolean, context: number): ModelCard[] {
  const name = isNonsense
    ? null
    : weights.source === 'configured'
      ? basename(weights.path, '.gguf')
      : 'SmolLM2 135M Instruct';
  const shared = { provider: name === null ? 'Candor' : 'llama.cpp', contextTokens: context, isNonsense };
  return [
    {
      ...shared,
      id: chatModelId,
      kind: 'chat',
      displayName: { zh: name ?? '随机权重模型', en: name ?? 'Generated weights' },
      description:
        name === null
          ? {
              zh: '未能获取真实权重，此模型由随机数生成，只用于验证流程，其输出没有意义。',
              en: 'No real weights could be had. This model is made of random numbers: it proves that everything works, and speaks nonsense.',
            }
          : { zh: '在本机运行的小型对话模型。', en: 'A small instruct model that runs on this machine.' },
      tags: ['local', 'text'],
    },
    {
      ...shared,
      id: embeddingModelId,
      kind: 'embedding',
      displayName: { zh: `${name ?? '随机权重模型'} 向量`, en: `${name ?? 'Generated weights'} embeddings` },
      description: {
        zh: '取自对话模型隐藏层的向量，适合试用接口。',
        en: 'Vectors from the hidden layer of the chat model: right in shape, meant for trying the interface.',
      },
      tags: ['local', 'embedding'],
    },
  ];
}

function describeProgress({ source, receivedBytes, totalBytes }: WeightsProgress): string {
  const megabytes = (bytes: number) => (bytes / 1_000_000).toFixed(1);
  if (totalBytes === undefined) return `model from ${source}: ${megabytes(receivedBytes)} MB`;
  const share = Math.min(1, receivedBytes / totalBytes);
  const width = 24;
  const filled = Math.round(share * width);
  return `model from ${source} [${'█'.repeat(filled)}${'·'.repeat(width - filled)}] ${Math.round(share * 100)} % of ${megabytes(totalBytes)} MB`;
}
