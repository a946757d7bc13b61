import { createCipheriv, createDecipheriv, randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface TransitKey {
  latest: number;
  minDecryption: number;
  minEncryption: number;
  minAvailable: number;
  isDeletionAllowed: boolean;
  isExportable: boolean;
  material: Map<number, Buffer>;
}

/** What goes wrong with a request: a status, no answer, or an answer lost after the work was done. */
export type KmsFault = 403 | 404 | 429 | 500 | 503 | 'silence' | 'lost answer';

interface PlannedFault {
  readonly fault: KmsFault;
  readonly path: RegExp;
  times: number;
}

interface Dawdle {
  readonly on: 'request' | 'answer';
  readonly path: RegExp;
  readonly work: () => Promise<unknown>;
}

type Body = Record<string, unknown>;

class Refusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/**
 * A key management server over loopback HTTP that answers the transit calls of OpenBao (its API documentation,
 * "Transit secrets engine") the way it does: by token, with its statuses and its `errors`, and with its rules on key
 * versions. Faults are planned by the test.
 */
export class FakeKms {
  readonly token = `s.${randomBytes(12).toString('hex')}`;
  readonly requests: { method: string; path: string }[] = [];
  readonly #server: Server;
  #keys = new Map<string, TransitKey>();
  #faults: PlannedFault[] = [];
  #dawdles: Dawdle[] = [];

  constructor() {
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** The next `times` requests whose path matches go wrong. */
  fail(fault: KmsFault, path = /./, times = 1): void {
    this.#faults.push({ fault, path, times });
  }

  /** Something else happens while the next matching request is on its way there, or its answer on its way back. */
  dawdle(on: Dawdle['on'], path: RegExp, work: () => Promise<unknown>): void {
    this.#dawdles.push({ on, path, work });
  }

  get pendingFaults(): number {
    return this.#faults.length;
  }

  /** The same key material under another name: the state of a vault can be forked with its folder. */
  copyKey(from: string, to: string): void {
    const key = this.#key(from);
    this.#keys.set(to, { ...key, material: new Map(key.material) });
  }

  /** As its operator might do by hand. */
  rotate(name: string): void {
    rotate(this.#key(name));
  }

  versions(name: string): number[] {
    return [...this.#key(name).material.keys()];
  }

  setExportable(name: string): void {
    this.#key(name).isExportable = true;
  }

  loseKey(name: string): void {
    this.#keys.delete(name);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const path = (request.url ?? '').replace(/^\/v1\/transit\//, '');
    this.requests.push({ method: request.method ?? '', path });
    await this.#dawdleOn('request', path);
    const fault = this.#takeFault(path);
    if (fault === 'silence') return;
    if (typeof fault === 'number') {
      send(response, fault, { errors: [`planned ${fault}`] });
      return;
    }
    try {
      this.#authenticate(request);
      const text = Buffer.concat(chunks).toString();
      const data = this.#execute(request.method ?? '', path, (text === '' ? {} : JSON.parse(text)) as Body);
      await this.#dawdleOn('answer', path);
      if (fault === 'lost answer') request.socket.destroy();
      else if (data === undefined) send(response, 204);
      else send(response, 200, { request_id: randomBytes(8).toString('hex'), data });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      send(response, error.status, { errors: error.message === '' ? [] : [error.message] });
    }
  }

  async #dawdleOn(on: Dawdle['on'], path: string): Promise<void> {
    const dawdle = this.#dawdles.find((planned) => planned.on === on && planned.path.test(path));
    if (dawdle === undefined) return;
    this.#dawdles = this.#dawdles.filter((planned) => planned !== dawdle);
    await dawdle.work();
  }

  #takeFault(path: string): KmsFault | undefined {
    const planned = this.#faults.find((fault) => fault.path.test(path));
    if (planned === undefined) return undefined;
    planned.times -= 1;
    this.#faults = this.#faults.filter((fault) => fault.times > 0);
    return planned.fault;
  }

  #authenticate(request: IncomingMessage): void {
    const given = Buffer.from(String(request.headers['x-vault-token']));
    const wanted = Buffer.from(this.token);
    const isRight = given.length === wanted.length && timingSafeEqual(given, wanted);
    if (!isRight) throw new Refusal(403, 'permission denied');
  }

  #execute(method: string, path: string, body: Body): Body | undefined {
    const [, name = '', action = ''] = /^keys\/([\w-]+)(?:\/(\w+))?$/.exec(path) ?? [];
    if (name !== '') return this.#manage(method, name, action, body);
    const [, use = '', keyName = ''] =
      /^(datakey\/plaintext|datakey\/wrapped|decrypt|rewrap)\/([\w-]+)$/.exec(path) ?? [];
    if (use === '' || method !== 'POST') throw new Refusal(404, 'no handler for route');
    const key = this.#keys.get(keyName);
    if (key === undefined) throw new Refusal(400, 'encryption key not found');
    if (use === 'decrypt') return { plaintext: decrypt(key, body['ciphertext']).toString('base64') };
    if (use === 'rewrap') return { batch_results: batchOf(body).map((item) => rewrapItem(key, item)) };
    const material = randomBytes(32);
    const ciphertext = encrypt(key, material);
    return use === 'datakey/wrapped'
      ? { ciphertext }
      : { ciphertext, plaintext: material.toString('base64') };
  }

  #manage(method: string, name: string, action: string, body: Body): Body | undefined {
    if (method === 'POST' && action === '') {
      if (!this.#keys.has(name)) this.#keys.set(name, newKey());
      return describeKey(name, this.#key(name));
    }
    const key = this.#keys.get(name);
    if (key === undefined)
      throw new Refusal(method === 'GET' ? 404 : 400, method === 'GET' ? '' : 'key not found');
    if (method === 'GET' && action === '') return describeKey(name, key);
    if (method === 'DELETE' && action === '') {
      if (!key.isDeletionAllowed) throw new Refusal(400, 'deletion is not allowed for this key');
      this.#keys.delete(name);
      return undefined;
    }
    if (action === 'rotate') rotate(key);
    else if (action === 'config') configure(key, body);
    else if (action === 'trim') trim(key, Number(body['min_available_version']));
    else throw new Refusal(404, 'no handler for route');
    return describeKey(name, key);
  }

  #key(name: string): TransitKey {
    const key = this.#keys.get(name);
    if (key === undefined) throw new Error(`no transit key ${name}`);
    return key;
  }
}

function newKey(): TransitKey {
  return {
    latest: 1,
    minDecryption: 1,
    minEncryption: 0,
    minAvailable: 0,
    isDeletionAllowed: false,
    isExportable: false,
    material: new Map([[1, randomBytes(32)]]),
  };
}

function rotate(key: TransitKey): void {
  key.latest += 1;
  key.material.set(key.latest, randomBytes(32));
}

function configure(key: TransitKey, body: Body): void {
  const minDecryption = Number(body['min_decryption_version'] ?? key.minDecryption);
  const minEncryption = Number(body['min_encryption_version'] ?? key.minEncryption);
  if (minDecryption > key.latest || minEncryption > key.latest)
    throw new Refusal(400, 'cannot set above the latest version');
  if (minEncryption !== 0 && minEncryption < minDecryption)
    throw new Refusal(400, 'must be 0 or at least min decryption');
  if (minDecryption < key.minAvailable)
    throw new Refusal(400, 'cannot set below the minimum available version');
  key.minDecryption = minDecryption;
  key.minEncryption = minEncryption;
  if (typeof body['deletion_allowed'] === 'boolean') key.isDeletionAllowed = body['deletion_allowed'];
}

function trim(key: TransitKey, minAvailable: number): void {
  if (key.minDecryption === 0 || key.minEncryption === 0)
    throw new Refusal(400, 'minimum versions must be set to trim');
  if (minAvailable > Math.min(key.minDecryption, key.minEncryption))
    throw new Refusal(400, 'cannot trim versions in use');
  if (minAvailable < key.minAvailable) throw new Refusal(400, 'cannot lower the minimum available version');
  key.minAvailable = minAvailable;
  for (const version of key.material.keys()) if (version < minAvailable) key.material.delete(version);
}

/** As the real one does, `keys` lists only what may still be decrypted with, not what is archived. */
function describeKey(name: string, key: TransitKey): Body {
  const listed = [...key.material.keys()].filter((version) => version >= key.minDecryption);
  return {
    name,
    type: 'aes256-gcm96',
    derived: false,
    exportable: key.isExportable,
    allow_plaintext_backup: false,
    deletion_allowed: key.isDeletionAllowed,
    latest_version: key.latest,
    min_decryption_version: key.minDecryption,
    min_encryption_version: key.minEncryption,
    min_available_version: key.minAvailable,
    keys: Object.fromEntries(listed.map((version) => [String(version), 1])),
  };
}

function encrypt(key: TransitKey, plaintext: Buffer): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key.material.get(key.latest) ?? Buffer.alloc(0), nonce);
  const bytes = Buffer.concat([nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
  return `vault:v${key.latest}:${bytes.toString('base64')}`;
}

function decrypt(key: TransitKey, ciphertext: unknown): Buffer {
  const [, version = '', encoded = ''] = /^vault:v(\d+):(.+)$/.exec(String(ciphertext)) ?? [];
  const material = key.material.get(Number(version));
  if (Number(version) < key.minDecryption)
    throw new Refusal(400, 'ciphertext version is disallowed by policy (too old)');
  if (material === undefined) throw new Refusal(400, 'invalid ciphertext: no key of this version');
  const bytes = Buffer.from(encoded, 'base64');
  const decipher = createDecipheriv('aes-256-gcm', material, bytes.subarray(0, 12));
  decipher.setAuthTag(bytes.subarray(-16));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]);
  } catch {
    throw new Refusal(400, 'cipher: message authentication failed');
  }
}

function rewrapItem(key: TransitKey, item: Body): Body {
  return { ciphertext: encrypt(key, decrypt(key, item['ciphertext'])) };
}

function batchOf(body: Body): Body[] {
  if (!Array.isArray(body['batch_input'])) throw new Refusal(400, 'missing batch input');
  return body['batch_input'] as Body[];
}

function send(response: ServerResponse, status: number, body?: Body): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}
