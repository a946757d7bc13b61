export const ids = ['msg'] as const;

declare module '../../kernel/id.ts' {
  interface Ids extends Record<(typeof ids)[number], true> {}
}
