import { randomBytes } from 'node:crypto';
import { type Client, createClient } from '../demo/client.ts';
import type { DemoServer } from '../demo/use-server.ts';

export interface E2ePerson {
  readonly client: Client;
  readonly tenantId: string;
  readonly apiKeyId: string;
  readonly secret: string;
}

export async function loginOperator(server: DemoServer): Promise<Client> {
  const operator = createClient(server.url);
  await operator.call('POST', '/api/identity/login', { method: 'password', ...server.operator });
  return operator;
}

/** Letters only: digits might look like a phone number, which no username may. */
export function aUsername(): string {
  return `p${String.fromCharCode(...[...randomBytes(12)].map((byte) => 97 + (byte % 26)))}`;
}

/** Registers a person with a password and gives them a key and, by bank transfer, some money. */
export async function aPersonWithKey(
  server: DemoServer,
  operator: Client,
  amountMicros: number,
): Promise<E2ePerson> {
  const client = createClient(server.url);
  const name = aUsername();
  const { version } = await client.call<{ version: string }>('GET', '/api/identity/policy');
  await client.call('POST', '/api/identity/register', {
    method: 'password',
    username: name,
    email: `${name}@example.com`,
    password: `correct horse ${name}`,
    policyVersion: version,
  });
  const { tenant } = await client.call<{ tenant: { id: string } }>('GET', '/api/identity/me');
  if (amountMicros > 0) await transfer(operator, tenant.id, amountMicros, `serial-${name}`);
  const { apiKey, secret } = await client.call<{ apiKey: { id: string }; secret: string }>(
    'POST',
    '/api/identity/api-keys',
    { name: 'e2e' },
  );
  return { client, tenantId: tenant.id, apiKeyId: apiKey.id, secret };
}

/** Credits a bank transfer; the serial makes it idempotent (D-WAL-4). */
export async function transfer(
  operator: Client,
  tenantId: string,
  amountMicros: number,
  serialNumber: string,
): Promise<void> {
  await operator.call('POST', '/api/wallet/bank-transfers', {
    tenantId,
    amountMicros,
    serialNumber,
    paymentSource: { accountName: 'E2E Ltd', bankAccount: '6222020000001234', bankName: 'Test Bank' },
  });
}

/** A list, all pages of it. */
export async function everything<T extends { id: string }>(client: Client, path: string): Promise<T[]> {
  const items: T[] = [];
  for (let cursor = ''; ;) {
    const page = await client.call<{ items: T[]; nextCursor: string | null }>(
      'GET',
      `${path}?limit=200${cursor === '' ? '' : `&cursor=${cursor}`}`,
    );
    items.push(...page.items);
    if (page.nextCursor === null) return items;
    cursor = page.nextCursor;
  }
}

/** The chat model, once it answers: weights are loaded while the server already serves. */
export async function servedModel(server: DemoServer, person: E2ePerson): Promise<string> {
  let model = '';
  await person.client.until('the local model', async () => {
    const answer = await fetch(`${server.url}/v1/models`, {
      headers: { authorization: `Bearer ${person.secret}` },
    });
    const { data = [] } = (await answer.json()) as { data?: { id: string }[] };
    model = data.find(({ id }) => !id.includes('embedding'))?.id ?? '';
    return model !== '';
  });
  return model;
}
