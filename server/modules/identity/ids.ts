export const ids = ['cred', 'sess', 'code', 'accept', 'key', 'correct'] as const;
/** Names of persons outlive them, and must not tell when they came. */
export const timelessIds = ['tenant', 'user'] as const;

declare module '../../kernel/id.ts' {
  interface Ids extends Record<(typeof ids)[number], true> {}
  interface TimelessIds extends Record<(typeof timelessIds)[number], true> {}
}
