import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { familyOf, freePort, type Started, startProcess, untilDone } from './processes.ts';

export interface CandorServer extends Started {
  readonly url: string;
  readonly password: string;
  /** Of PostgreSQL, which the server has started. */
  databaseProcesses(): number[];
}

/** What production runs (`npm run bundle`), with PostgreSQL, in a folder of its own. */
export async function startCandor(
  bundle: string,
  dataDir: string,
  durability: string,
): Promise<CandorServer> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const password = randomBytes(12).toString('base64url');
  const env = {
    PORT: String(port),
    CANDOR_DATA: dataDir,
    CANDOR_MODEL: 'none',
    CANDOR_LOG_LEVEL: 'info',
    CANDOR_OPERATOR_PASSWORD: password,
    CANDOR_GATEWAY_DURABILITY: durability,
  };
  const started = await startProcess(
    process.execPath,
    ['--max-semi-space-size=32', join(bundle, 'server/main.mjs')],
    { cwd: bundle, env },
    async () => {
      if (!(await fetch(`${url}/healthz`)).ok) throw new Error('not healthy yet');
    },
  );
  const postmaster = () =>
    Number(readFileSync(join(dataDir, 'postgres/cluster/postmaster.pid'), 'utf8').split('\n')[0]);
  return { ...started, url, password, databaseProcesses: () => familyOf(postmaster()) };
}

/** An operator who offers the upstream's model and credits the account that is measured. @returns its API key. */
export async function prepareCandor(
  { url, password }: CandorServer,
  upstreamUrl: string,
  models: readonly string[] = ['bench'],
): Promise<string> {
  const call = await loggedIn(url, password);
  const { tenant } = await call<{ tenant: { id: string } }>('GET', '/api/identity/me');
  await call('POST', '/api/wallet/bank-transfers', {
    tenantId: tenant.id,
    amountMicros: 1_000_000_000_000,
    serialNumber: 'bench',
    paymentSource: { accountName: 'bench', bankAccount: '1', bankName: 'bench' },
  });
  await call('POST', '/api/gateway/upstreams', {
    name: 'bench',
    baseUrl: `${upstreamUrl}/v1`,
    models: models.map((id) => ({ modelId: id, upstreamModel: id })),
  });
  for (const sku of models)
    await call('POST', '/api/catalog/prices', {
      sku,
      prices: [
        { meter: 'gateway.input-tokens', micros: 500_000, perUnits: 1_000_000 },
        { meter: 'gateway.output-tokens', micros: 2_000_000, perUnits: 1_000_000 },
      ],
    });
  const { secret } = await call<{ secret: string }>('POST', '/api/identity/api-keys', { name: 'bench' });
  return secret;
}

async function loggedIn(
  url: string,
  password: string,
): Promise<<T>(method: string, path: string, payload?: object) => Promise<T>> {
  let cookie = '';
  const call = async <T>(method: string, path: string, payload?: object): Promise<T> => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        cookie,
        origin: url,
        'x-candor-csrf': '1',
        ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(payload === undefined ? {} : { body: JSON.stringify(payload) }),
    });
    if (!response.ok)
      throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`);
    const session = response.headers.getSetCookie().find((set) => set.startsWith('candor_session='));
    if (session !== undefined) cookie = session.split(';')[0] ?? '';
    return (await response.json()) as T;
  };
  const login = () =>
    call('POST', '/api/identity/login', { method: 'password', login: 'operator', password });
  // The first start listens before it has made the operator's account.
  await untilDone(login);
  return call;
}
