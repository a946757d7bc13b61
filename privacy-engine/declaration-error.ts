/** A declaration that is complete for the compiler of TypeScript but contradicts itself or another one. */
export class DeclarationError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`The privacy declarations contradict themselves:\n- ${problems.join('\n- ')}`);
    this.name = 'DeclarationError';
    this.problems = problems;
  }
}
