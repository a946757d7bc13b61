/** What a process can do: serve the console and its interfaces, serve the models, work on jobs. */
export const parts = ['api', 'gateway', 'worker'] as const;
export type Part = (typeof parts)[number];

/** A process does one of them, or all. */
export const roles = ['all', ...parts] as const;
export type Role = (typeof roles)[number];

export function takes(role: Role, part: Part): boolean {
  return role === 'all' || role === part;
}

/** Addresses that gateways answer. A proxy in front sends everything else to the role `api`. */
export const gatewayPrefixes = ['/v1/', '/api/gateway/playground/'] as const;

/** Which part of the product answers an address. */
export function partOf(url: string): Part {
  const path = `${url.split('?', 1)[0] ?? ''}/`;
  return gatewayPrefixes.some((prefix) => path.startsWith(prefix)) ? 'gateway' : 'api';
}
