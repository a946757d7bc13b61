export const ids = [
  'case',
  'step',
  'ccode',
  'consent',
  'export',
  'sweep',
  'cell',
  'object',
  'corrnote',
] as const;
/** The name of an erasure stays with the erased person, and must not reveal when they left. */
export const timelessIds = ['erase'] as const;

declare module '../../kernel/id.ts' {
  interface Ids extends Record<(typeof ids)[number], true> {}
  interface TimelessIds extends Record<(typeof timelessIds)[number], true> {}
}
