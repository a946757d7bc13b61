import { anAddress, type aPerson, personOf, readCode } from '../../testing/factories.ts';

export type App = Parameters<typeof aPerson>[0];
export type Admin = Parameters<typeof readCode>[0];

let lastNumber = 13_900_000_000;
/** One requester: a code counts only where it was asked for. */
export const here = anAddress();

export function aNumber(): string {
  lastNumber += 1;
  return `+86${lastNumber}`;
}

export function ask(app: App, phone: string, use: string, remoteAddress = here) {
  return app.inject({ method: 'POST', url: '/api/identity/codes', remoteAddress, payload: { phone, use } });
}

export function loginBy(app: App, phone: string, code: string, remoteAddress = here) {
  return app.inject({
    method: 'POST',
    url: '/api/identity/login',
    remoteAddress,
    payload: { method: 'phone', phone, code },
  });
}

export function other(code: string): string {
  return code === '111111' ? '222222' : '111111';
}

/** A person who registered by phone. The code for it was used up. */
export async function aPhoneOwner(app: App, database: Admin): Promise<string> {
  const phone = aNumber();
  const remoteAddress = anAddress();
  await ask(app, phone, 'register', remoteAddress);
  const { version } = (await app.inject('/api/identity/policy')).json<{ version: string }>();
  const payload = { method: 'phone', phone, code: await readCode(database, phone), policyVersion: version };
  await personOf(
    app,
    await app.inject({ method: 'POST', url: '/api/identity/register', remoteAddress, payload }),
    remoteAddress,
  );
  return phone;
}
