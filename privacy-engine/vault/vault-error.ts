/** Why a vault said no. A code is stable; the message is for the operator and names no person. */
export type VaultErrorCode =
  /** The folder or a file in it can be read by others, or belongs to another user. */
  | 'too-open'
  /** A file is not what this vault wrote, or was moved from another place. */
  | 'corrupt'
  /** The key was destroyed and will not be made again. */
  | 'key-destroyed'
  /** A key that was handed out has been wiped from memory; ask the vault again. */
  | 'key-wiped'
  /** Another process kept changing the same place; nothing was lost, try again. */
  | 'contended'
  /** A destroyed key was found again when it was looked for. */
  | 'residue'
  /** The KMS understood and refused. Trying again does not help. */
  | 'kms-refused'
  /** The KMS did not answer, or not usefully, as often as it was asked. */
  | 'kms-unavailable'
  | 'closed';

export class VaultError extends Error {
  readonly code: VaultErrorCode;

  constructor(code: VaultErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'VaultError';
    this.code = code;
  }
}
