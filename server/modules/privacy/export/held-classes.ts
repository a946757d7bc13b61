import { type KeyClass, keyClasses, type TableEntry } from '@candor/privacy-engine';
import { type Ctx, userOf } from '../../../kernel/context.ts';

/** Which of a person's data are still theirs to see: those whose key was not destroyed. */
export interface HeldClasses {
  /** Whether every one of these columns is held; a column about no person always is. */
  areAllHeld(table: TableEntry, columns: readonly string[]): boolean;
}

/**
 * Asks the vault, not the database: after an old backup was put back, rows of erased persons stand in tables again,
 * numbers and instants readable among them. Whose core key was destroyed is erased, and nothing is shown of them.
 */
export async function findHeldClasses(ctx: Ctx): Promise<HeldClasses> {
  const subject = userOf(ctx);
  const destroyed = new Set<KeyClass>();
  for (const keyClass of keyClasses) {
    const { state } = await ctx.vault.find(subject, keyClass);
    if (state === 'destroyed') destroyed.add(keyClass);
  }
  const isErased = destroyed.has('core');
  return {
    areAllHeld: (table, columns) =>
      !isErased &&
      table.columns.every(
        ({ name, datum }) => !columns.includes(name) || datum === null || !destroyed.has(datum.keyClass),
      ),
  };
}
