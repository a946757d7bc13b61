export const ids = ['up', 'lease', 'rate'] as const;

declare module '../../kernel/id.ts' {
  interface Ids extends Record<(typeof ids)[number], true> {}
}
