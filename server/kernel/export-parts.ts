import type { ExportFile, Language } from '@candor/privacy';
import type { Ctx } from './context.ts';

/** Files a module adds to a person's copy of their data, beside the tables that are in it by declaration. */
export interface ExportPart {
  readonly name: string;
  /** Runs for the person, in transactions of its own. */
  files(ctx: Ctx, language: Language): Promise<readonly ExportFile[]>;
}

const parts = new Map<string, ExportPart>();

/** Declares files for every export. Their names say what they are: `receipts/…`. */
export function defineExportPart(part: ExportPart): void {
  parts.set(part.name, part);
}

/** Every declared part, in the order of their names. */
export function exportParts(): readonly ExportPart[] {
  return [...parts.values()].sort((a, b) => a.name.localeCompare(b.name));
}
