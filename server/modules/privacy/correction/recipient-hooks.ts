import type { Ctx } from '../../../kernel/context.ts';

/** Tells one recipient that a value it received was corrected; it fetches the new one, or forgets the old. */
export type TellRecipient = (
  ctx: Ctx,
  correction: { readonly correctionId: string; readonly place: string; readonly rowId: string },
) => Promise<void>;

const hooks = new Map<string, TellRecipient>();

/** Declares how a recipient is told. Without it the correction is recorded beside its name. */
export function defineRecipientHook(recipient: string, tell: TellRecipient): void {
  hooks.set(recipient, tell);
}

export function recipientHook(recipient: string): TellRecipient | undefined {
  return hooks.get(recipient);
}
