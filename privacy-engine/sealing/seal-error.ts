export type SealErrorCode =
  /** The bytes are no envelope of a format we know; in a sealed column that means a plain value. */
  | 'no-envelope'
  /** The envelope was sealed with another version of the key than the one given. */
  | 'other-version'
  /** Wrong key, other cell or person, or changed bytes: the cipher does not tell which. */
  | 'does-not-open'
  /** The look-up value beside the value is not the value's: one of the two was put there from elsewhere. */
  | 'other-index'
  | 'other-type'
  | 'not-sealable'
  /** The vault never had the key: it is not the vault these values were sealed with. */
  | 'key-missing'
  /** The row does not say which row of whom it is, so nothing of it can be sealed or opened. */
  | 'row-incomplete';

/** Messages name the place of a value, never the value. */
export class SealError extends Error {
  readonly code: SealErrorCode;

  constructor(code: SealErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'SealError';
    this.code = code;
  }
}
