/** `-- contract: not used since 0031_meters` above a statement that takes away what earlier releases used. */
const note = /^\s*-- contract: not used since (\S+)\s*$/m;

/** The newest migration of the first release that no longer needs what the statement takes away. */
export function contractOf(statement: string): string | null {
  return note.exec(statement)?.[1] ?? null;
}
