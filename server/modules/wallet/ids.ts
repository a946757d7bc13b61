export const ids = ['tr', 'topup', 'pay', 'bank', 'suspense'] as const;

declare module '../../kernel/id.ts' {
  interface Ids extends Record<(typeof ids)[number], true> {}
}
