export const ids = ['audit', 'access', 'read', 'auditor'] as const;

declare module '../../kernel/id.ts' {
  interface Ids extends Record<(typeof ids)[number], true> {}
}
