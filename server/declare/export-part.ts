import type { ExportFile, Language } from '@candor/privacy-engine';
import type { Ctx } from '../kernel/context.ts';

/**
 * Files a module adds to a person's copy of their data, beside the tables that are in it by declaration. Their names say
 * what they are: `receipts/…`.
 */
export interface ExportPart {
  readonly name: string;
  /** Runs for the person, in transactions of its own. */
  files(ctx: Ctx, language: Language): Promise<readonly ExportFile[]>;
}
