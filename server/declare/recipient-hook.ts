import type { Ctx } from '../kernel/context.ts';

/** How one recipient is notified that a value it received was corrected. Without one the correction is recorded beside its name. */
export interface RecipientHook {
  /** The recipient, as declared in the policy. */
  readonly name: string;
  /** Tells the recipient; it fetches the new value, or forgets the old. */
  tell(
    ctx: Ctx,
    correction: { readonly correctionId: string; readonly place: string; readonly rowId: string },
  ): Promise<void>;
}
