/** Why a server could not be asked, as an operator can mend it. */
export const connectionReasons = [
  'address_refused',
  'name_unknown',
  'refused',
  'no_route',
  'encryption',
  'timeout',
  'connection',
] as const;
export type ConnectionReason = (typeof connectionReasons)[number];

const reasonByCode: readonly (readonly [RegExp, ConnectionReason])[] = [
  [/^CANDOR_ADDRESS_REFUSED$/, 'address_refused'],
  [/^(ENOTFOUND|EAI_\w+)$/, 'name_unknown'],
  [/^ECONNREFUSED$/, 'refused'],
  [/^(CERT_\w+|\w*SELF_SIGNED\w*|UNABLE_TO_\w+|ERR_(TLS|SSL)_\w+|EPROTO)$/, 'encryption'],
  [/^E(HOST|NET)UNREACH$/, 'no_route'],
  [/^(ETIMEDOUT|UND_ERR_\w*TIMEOUT)$/, 'timeout'],
];

/** Reads the codes of Node and undici, and nothing of what an error says. @throws what is no failure of a connection. */
export function connectionReason(error: unknown): ConnectionReason {
  if (!(error instanceof Error)) throw error;
  if (error.name === 'TimeoutError') return 'timeout';
  const code = 'code' in error && typeof error.code === 'string' ? error.code : null;
  if (code === null) throw error;
  return reasonByCode.find(([pattern]) => pattern.test(code))?.[1] ?? 'connection';
}
