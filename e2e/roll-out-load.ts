import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type Acknowledged, callModel, topUpMicros } from './acknowledged.ts';
import { aUsername, type E2ePerson, loginOperator, transfer } from './people.ts';
import { quickModel } from './quick-upstream.ts';
import type { ServerProcess } from './server-process.ts';

const callers = 4;
const pauseMs = 200;

/** What goes on while processes are replaced. */
export interface Load {
  readonly noted: Acknowledged;
  /** Exports that were downloaded, each by a person who registered, logged in and read their data before. */
  readonly exports: readonly string[];
  /** Requests that failed. No process is stopped while it has one under way, so there must be none. */
  readonly failures: readonly string[];
  /** Resolves when callers, visitors and payers have each got further. */
  goesOn(): Promise<void>;
  /** Takes a process out of the balancer, and waits until it has nothing under way. */
  drain(server: ServerProcess): Promise<void>;
  /** Resolves when the last request is over. */
  stop(): Promise<void>;
}

/**
 * Calls the model, and visits the console, at whatever processes take requests. Each request goes to another process, as
 * behind any balancer.
 * @param alive the processes that take requests; the caller adds those it starts.
 * @param person who calls, pays and reads bills.
 */
export function startLoad(alive: ServerProcess[], person: E2ePerson, username: string): Load {
  const noted: Acknowledged = { serials: [], requestIds: [] };
  const [exports, failures]: [string[], string[]] = [[], []];
  const open = new Map<string, number>();
  const over = new AbortController();
  let [turn, billsRead] = [0, 0];

  /** Does something at the next process. */
  async function at<T>(work: (server: ServerProcess) => Promise<T>): Promise<T> {
    turn += 1;
    const server = alive[turn % alive.length];
    if (server === undefined) throw new Error('no process takes requests');
    open.set(server.url, (open.get(server.url) ?? 0) + 1);
    try {
      return await work(server);
    } finally {
      open.set(server.url, (open.get(server.url) ?? 0) - 1);
    }
  }
  async function repeat(work: () => Promise<void>, pause: number): Promise<void> {
    while (!over.signal.aborted) {
      await work().catch((error: unknown) => void failures.push(String(error)));
      await delay(pause);
    }
  }

  async function call(): Promise<void> {
    await at(async (server) => {
      const answer = await callModel(server.url, person, quickModel);
      const text = await answer.text();
      if (answer.status !== 200) throw new Error(`a call was answered ${answer.status}: ${text}`);
      noted.requestIds.push(answer.headers.get('x-request-id') ?? '');
    });
    await at((server) => ask(server, '', 'GET', '/api/catalog/models'));
  }
  async function visit(): Promise<void> {
    const account = await at(register);
    const cookie = await at((server) => logIn(server, account));
    for (const path of ['/api/identity/me', '/api/wallet', '/api/privacy/my-data'])
      await at((server) => ask(server, cookie, 'GET', path));
    const wanted = { language: 'en', proof: { password: account.password } };
    let copy = await at((server) => askCopy(server, cookie, 'POST', '/api/privacy/exports', wanted));
    const path = `/api/privacy/exports/${copy.id}`;
    while (copy.status === 'queued' || copy.status === 'running') {
      await delay(pauseMs);
      copy = await at((server) => askCopy(server, cookie, 'GET', path));
    }
    if (copy.status !== 'ready') throw new Error(`an export is ${copy.status}`);
    const file = await at((server) => ask(server, cookie, 'GET', `${path}/file`));
    // Every zip file begins so.
    if (!file.startsWith('PK')) throw new Error('an export is no zip file');
    exports.push(copy.id);
  }
  async function pay(): Promise<void> {
    const serial = `roll-out-${randomBytes(8).toString('hex')}`;
    await at(async (server) => {
      await transfer(await loginOperator(server), person.tenantId, topUpMicros, serial);
    });
    noted.serials.push(serial);
    const cookie = await at((server) => logIn(server, { username, password: `correct horse ${username}` }));
    for (const path of ['/api/billing/bills', '/api/billing/usage/events?limit=20', '/api/wallet'])
      await at((server) => ask(server, cookie, 'GET', path));
    billsRead += 1;
  }

  const running = [
    ...Array.from({ length: callers }, () => repeat(call, 0)),
    repeat(visit, pauseMs),
    repeat(pay, pauseMs),
  ];
  return {
    noted,
    exports,
    failures,
    async goesOn() {
      const [calls, copies, bills] = [noted.requestIds.length, exports.length, billsRead];
      const isFurther = () =>
        noted.requestIds.length > calls + callers && exports.length > copies && billsRead > bills;
      await person.client.until('more load', async () => isFurther() || failures.length > 0);
    },
    async drain(server) {
      alive.splice(alive.indexOf(server), 1);
      await person.client.until('what a process serves', async () => (open.get(server.url) ?? 0) === 0);
    },
    async stop() {
      over.abort();
      await Promise.all(running);
    },
  };
}

interface Account {
  readonly username: string;
  readonly password: string;
}

/** Registers a person, whose session is not used any further. */
async function register(server: ServerProcess): Promise<Account> {
  const username = aUsername();
  const account = { username, password: `correct horse ${username}` };
  const policy = JSON.parse(await ask(server, '', 'GET', '/api/identity/policy')) as { version: string };
  const more = { method: 'password', email: `${username}@example.com`, policyVersion: policy.version };
  await ask(server, '', 'POST', '/api/identity/register', { ...account, ...more });
  return account;
}

/** @returns the cookie of the session. */
async function logIn(server: ServerProcess, { username, password }: Account): Promise<string> {
  const answer = await send(server, '', 'POST', '/api/identity/login', {
    method: 'password',
    login: username,
    password,
  });
  await textOf(answer, 'the log-in');
  const set = answer.headers.getSetCookie().find((cookie) => cookie.startsWith('candor_session='));
  return set?.split(';')[0] ?? '';
}

async function askCopy(...input: Parameters<typeof ask>): Promise<{ id: string; status: string }> {
  return JSON.parse(await ask(...input)) as { id: string; status: string };
}

/** @returns the body of the answer. @throws when it is a refusal. */
async function ask(
  server: ServerProcess,
  cookie: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<string> {
  return textOf(await send(server, cookie, method, path, body), `${method} ${path}`);
}

async function textOf(answer: Response, what: string): Promise<string> {
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${what} was answered ${answer.status}: ${text}`);
  return text;
}

function send(server: ServerProcess, cookie: string, method: string, path: string, body?: unknown) {
  return fetch(`${server.url}${path}`, {
    method,
    headers: {
      cookie,
      origin: server.url,
      'x-candor-csrf': '1',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}
