import { Pool } from 'undici';
import { connectionReason, type ConnectionReason } from './connection-reason.ts';
import { pathPrefixOf, type UpstreamReach } from './upstream-reach.ts';

/** What came back of one request: the whole body, which is JSON or nothing we read. */
export interface BoundedAnswer {
  readonly status: number;
  readonly isJson: boolean;
  readonly body: Buffer;
  /** Until the status had arrived, in ms. */
  readonly latencyMs: number;
}
export interface NoAnswer {
  readonly reason: ConnectionReason | 'too_large';
}

export interface BoundedRequest {
  readonly method: 'GET' | 'POST';
  /** What stands behind the base address: `models`. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: object;
  readonly maxBytes: number;
  readonly timeoutMs: number;
}

/** Requests to one server of which time and bytes are bounded. A redirect is an answer and never followed. */
export interface BoundedCalls {
  call(request: BoundedRequest): Promise<BoundedAnswer | NoAnswer>;
  close(): Promise<void>;
}

const maxConnections = 4;

/** Goes where requests of the gateway may go and nowhere else. */
export function openBoundedCalls(reach: UpstreamReach, baseUrl: string): BoundedCalls {
  const url = new URL(baseUrl);
  const pool = new Pool(url.origin, { connections: maxConnections, connect: reach.connectorFor(url) });
  const prefix = pathPrefixOf(url);

  async function call(request: BoundedRequest): Promise<BoundedAnswer | NoAnswer> {
    const startedAtMs = performance.now();
    try {
      const { statusCode, headers, body } = await pool.request({
        method: request.method,
        path: `${prefix}/${request.path}`,
        headers: {
          accept: 'application/json',
          'accept-encoding': 'identity',
          ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
          ...request.headers,
        },
        body: request.body === undefined ? null : JSON.stringify(request.body),
        signal: AbortSignal.timeout(request.timeoutMs),
      });
      const latencyMs = performance.now() - startedAtMs;
      const chunks: Buffer[] = [];
      let bytes = 0;
      for await (const chunk of body as AsyncIterable<Buffer>) {
        bytes += chunk.length;
        // Leaving the loop destroys the body and with it the connection.
        if (bytes > request.maxBytes) return { reason: 'too_large' };
        chunks.push(chunk);
      }
      const type = String(headers['content-type'] ?? '').toLowerCase();
      const isJson = type.includes('json') && isPlain(headers['content-encoding']);
      return { status: statusCode, isJson, body: Buffer.concat(chunks), latencyMs };
    } catch (error) {
      return { reason: connectionReason(error) };
    }
  }

  return { call, close: () => pool.destroy() };
}

function isPlain(encoding: string | string[] | undefined): boolean {
  return encoding === undefined || encoding === '' || encoding === 'identity';
}
