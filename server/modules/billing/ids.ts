export const ids = ['usage', 'bill'] as const;

declare module '../../kernel/id.ts' {
  interface Ids extends Record<(typeof ids)[number], true> {}
}
