import {
  anAddress,
  type aPerson,
  goodPassword,
  type Person,
  readCode,
  readMessages,
} from '../../testing/factories.ts';

/** Changing a contact by its code and a proof, and the link that undoes it. */

export type App = Parameters<typeof aPerson>[0];
type Database = Parameters<typeof readCode>[0];

export const byPassword = { password: goodPassword };
export const coolingOffMs = 72 * 60 * 60 * 1000;
let lastNumber = 13_420_000_000;

export function aNumber(): string {
  lastNumber += 1;
  return `+86${lastNumber}`;
}

export async function bind(
  person: Person,
  database: Database,
  contact: { phone: string } | { email: string },
  proof: object,
) {
  await person.call('POST', '/api/identity/codes', { ...contact, use: 'bind' });
  const code = await readCode(database, Object.values(contact).join());
  return person.call('PATCH', '/api/identity/me', { ...contact, code, proof });
}

export async function undoLink(database: Database, to: string): Promise<string> {
  const bodies = (await readMessages(database, to)).map(({ body }) => body);
  return (
    bodies.map((body) => /\/undo#([\w-]{43})/.exec(body)?.[1]).findLast((token) => token !== undefined) ?? ''
  );
}

export function undo(app: App, token: string) {
  return app.inject({
    method: 'POST',
    url: '/api/identity/contact-changes/undo',
    remoteAddress: anAddress(),
    payload: { token },
  });
}
