export type ErasureErrorCode =
  /** Something was added or removed after the plan was made: plan anew. */
  | 'plan-changed'
  /** The declarations or the database do not allow what was promised; nothing was changed. */
  | 'impossible';

/** Names tables, columns and constraints; never a value. */
export class ErasureError extends Error {
  readonly code: ErasureErrorCode;

  constructor(code: ErasureErrorCode, message: string) {
    super(message);
    this.name = 'ErasureError';
    this.code = code;
  }
}
