import { open, rm, stat } from 'node:fs/promises';
import { Agent, request } from 'undici';

export interface DownloadOptions {
  url: string;
  partPath: string;
  sizeBytes: number;
  connectTimeoutMs: number;
  /** How long nothing may arrive before the connection counts as dead. */
  idleTimeoutMs: number;
  signal: AbortSignal;
  onProgress: (receivedBytes: number) => void;
}

const maxRedirects = 5;

/** Fetches a file into `partPath`, going on where an earlier attempt was cut off. */
export async function downloadFile(options: DownloadOptions): Promise<void> {
  const agent = new Agent({
    connect: { timeout: options.connectTimeoutMs },
    headersTimeout: options.idleTimeoutMs,
    bodyTimeout: options.idleTimeoutMs,
  });
  try {
    await downloadAll(options, agent);
  } finally {
    await agent.destroy();
  }
}

async function downloadAll(options: DownloadOptions, agent: Agent): Promise<void> {
  for (;;) {
    const before = await sizeOf(options.partPath);
    if (before >= options.sizeBytes) return;
    try {
      await downloadOnce(options, agent, before);
    } catch (error) {
      options.signal.throwIfAborted();
      // A connection that breaks is worth another attempt as long as each one brings something.
      if (error instanceof RefusedDownload || (await sizeOf(options.partPath)) <= before) throw error;
    }
  }
}

class RefusedDownload extends Error {}

async function downloadOnce(options: DownloadOptions, agent: Agent, startBytes: number): Promise<void> {
  const response = await requestFrom(options.url, startBytes, options.signal, agent);
  const isContinued = response.statusCode === 206 && startsAt(response.headers['content-range'], startBytes);
  if (!isContinued && response.statusCode !== 200) {
    await response.body.dump();
    // The kept part does not fit what is offered; the next attempt begins anew.
    if (response.statusCode === 416 || response.statusCode === 206)
      await rm(options.partPath, { force: true });
    throw new RefusedDownload(`the host answered ${response.statusCode}`);
  }
  let receivedBytes = isContinued ? startBytes : 0;
  const file = await open(options.partPath, isContinued ? 'a' : 'w');
  try {
    // Each piece is in the file before the next is read, so a broken connection loses none of them.
    for await (const chunk of response.body as AsyncIterable<Buffer>) {
      receivedBytes += chunk.length;
      if (receivedBytes > options.sizeBytes) throw new RefusedDownload('the file is longer than expected');
      await file.write(chunk);
      options.onProgress(receivedBytes);
    }
  } finally {
    await file.close();
  }
  if (receivedBytes <= startBytes) throw new RefusedDownload('nothing arrived');
}

/** Follows redirects by hand, so that the range goes along to wherever the bytes really lie. */
async function requestFrom(startUrl: string, startBytes: number, signal: AbortSignal, dispatcher: Agent) {
  let url = startUrl;
  for (let redirects = 0; redirects <= maxRedirects; redirects += 1) {
    const headers = startBytes > 0 ? { range: `bytes=${startBytes}-` } : {};
    const response = await request(url, { headers, signal, dispatcher });
    const location = response.headers['location'];
    if (response.statusCode < 300 || response.statusCode >= 400 || typeof location !== 'string')
      return response;
    await response.body.dump();
    url = new URL(location, url).href;
  }
  throw new RefusedDownload('too many redirects');
}

function startsAt(contentRange: string | string[] | undefined, startBytes: number): boolean {
  return typeof contentRange === 'string' && contentRange.startsWith(`bytes ${startBytes}-`);
}

async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.size ?? 0;
}
