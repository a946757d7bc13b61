import { setTimeout as delay } from 'node:timers/promises';
import { VaultError } from './vault-error.ts';

export interface TransitClientOptions {
  /** Of OpenBao or a server that speaks its transit API; https, except on the loopback interface. */
  readonly address: string;
  /** Asked before every request, so that a renewed token is used at once. */
  readonly token: () => string | Promise<string>;
  /** Where the transit engine is mounted. */
  readonly mount?: string;
  readonly timeoutMs?: number;
  /** How often a request that may be repeated is sent. */
  readonly attempts?: number;
  readonly sleep?: (durationMs: number) => Promise<unknown>;
}

/** One request. `isRepeatable: false` is for what must not happen twice. */
export interface TransitCall {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: Readonly<Record<string, unknown>>;
  readonly isRepeatable?: boolean;
}

const longestPauseMs = 5_000;

/** HTTP to the KMS: patient with what passes (429, 5xx, silence), immediate with what does not (400, 403, 404). */
export class TransitClient {
  readonly #options: Required<TransitClientOptions>;

  constructor(options: TransitClientOptions) {
    const { protocol, hostname } = new URL(options.address);
    const isLoopback = hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
    if (protocol !== 'https:' && !isLoopback) {
      throw new VaultError(
        'kms-refused',
        'The KMS must be reached over https: keys pass over this connection',
      );
    }
    this.#options = {
      mount: 'transit',
      timeoutMs: 5_000,
      attempts: 5,
      sleep: (durationMs) => delay(durationMs),
      ...options,
    };
  }

  /** @returns `data` of the answer; undefined when the KMS does not know the path. */
  async find(call: TransitCall): Promise<Record<string, unknown> | undefined> {
    const { attempts, sleep } = this.#options;
    let failure = 'it was not asked';
    for (let attempt = 1; attempt <= (call.isRepeatable === false ? 1 : attempts); attempt += 1) {
      const answer = await this.#send(call);
      if ('data' in answer) return answer.data;
      if (answer.isFinal)
        throw new VaultError('kms-refused', `${call.method} ${call.path}: ${answer.failure}`);
      failure = answer.failure;
      const backoffMs = 100 * 2 ** (attempt - 1) * (0.5 + Math.random() / 2);
      if (attempt < attempts) await sleep(Math.min(Math.max(backoffMs, answer.retryAfterMs), longestPauseMs));
    }
    throw new VaultError('kms-unavailable', `${call.method} ${call.path}: ${failure}`);
  }

  /** @throws VaultError `kms-refused` when the KMS does not know the path. */
  async get(call: TransitCall): Promise<Record<string, unknown>> {
    const data = await this.find(call);
    if (data === undefined) throw new VaultError('kms-refused', `${call.method} ${call.path}: not found`);
    return data;
  }

  async #send({ method, path, body }: TransitCall): Promise<Answer> {
    const { address, mount, timeoutMs, token } = this.#options;
    try {
      const response = await fetch(new URL(`/v1/${mount}/${path}`, address), {
        method,
        headers: { 'x-vault-token': await token(), 'content-type': 'application/json' },
        body: body === undefined ? null : JSON.stringify(body),
        // A redirect would carry the token to a server that is not configured.
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutMs),
      });
      return await readAnswer(response);
    } catch (error) {
      // Silence, a broken connection or an answer cut short: the request may have been carried out.
      return { failure: describe(error), isFinal: false, retryAfterMs: 0 };
    }
  }
}

type Answer =
  | { readonly data: Record<string, unknown> | undefined }
  | { readonly failure: string; readonly isFinal: boolean; readonly retryAfterMs: number };

async function readAnswer(response: Response): Promise<Answer> {
  const text = await response.text();
  if (response.status === 404) return { data: undefined };
  if (!response.ok) {
    const isFinal = response.status < 500 && response.status !== 429 && response.status !== 408;
    const retryAfterMs = Number(response.headers.get('retry-after') ?? 0) * 1000;
    return {
      failure: `status ${response.status} ${errorsIn(text)}`.trim(),
      isFinal,
      retryAfterMs: Number.isFinite(retryAfterMs) ? retryAfterMs : 0,
    };
  }
  if (text === '') return { data: {} };
  const answer: unknown = JSON.parse(text);
  return { data: isObject(answer) && isObject(answer['data']) ? answer['data'] : {} };
}

/** The KMS's own words, shortened; they name keys and versions, never material. */
function errorsIn(text: string): string {
  try {
    const answer: unknown = JSON.parse(text);
    if (isObject(answer) && Array.isArray(answer['errors'])) return answer['errors'].join('; ').slice(0, 200);
  } catch {
    return '';
  }
  return '';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
