import {
  describeExport,
  type ExportColumn,
  type ExportTable,
  type Language,
  type LocalisedText,
} from '@candor/privacy-engine';
import { z } from 'zod';
import type { Ctx } from '../../../kernel/context.ts';
import type { CorrectionRule } from '../../../declare/corrections.ts';

/** How one column of a person is corrected. */
export type Change =
  | {
      readonly kind: 'here';
      readonly code: 'sms' | 'mail' | null;
      readonly proof: boolean;
      readonly input: z.core.JSONSchema.BaseSchema;
    }
  | { readonly kind: 'elsewhere'; readonly address: string }
  | { readonly kind: 'request' }
  | { readonly kind: 'no'; readonly reason: string };

export interface CorrectableColumn {
  readonly column: ExportColumn;
  readonly change: Change;
}

export interface CorrectableTable {
  readonly table: ExportTable;
  readonly rule: CorrectionRule | undefined;
  readonly columns: readonly CorrectableColumn[];
}

/** Every column about persons with the way it is corrected, or the declared reason why it is not. */
export function describeCorrections(ctx: Ctx, language: Language): CorrectableTable[] {
  const { registry, corrections } = ctx.product;
  return describeExport(registry, language).map((table) => {
    const rule = corrections.get(table.name);
    const columns = table.columns.flatMap((column) => {
      const entry = table.entry.columns.find(({ name }) => name === column.name);
      if (entry?.datum === null || entry?.datum === undefined || entry.atRest === 'index') return [];
      return [
        {
          column,
          change: changeOf(entry.datum.edit, rule, { table: table.name, column: column.name, language }),
        },
      ];
    });
    return { table, rule, columns };
  });
}

function changeOf(
  edit: 'self' | 'request' | { readonly no: LocalisedText },
  rule: CorrectionRule | undefined,
  { table, column, language }: { table: string; column: string; language: Language },
): Change {
  if (typeof edit === 'object') return { kind: 'no', reason: edit.no[language] };
  if (edit === 'request') return { kind: 'request' };
  const address = rule?.elsewhere[column];
  if (address !== undefined) return { kind: 'elsewhere', address };
  const value = rule === undefined ? undefined : valueSchema(rule, column);
  if (value === undefined) throw new Error(`no module says how ${table}.${column} is corrected`);
  return {
    kind: 'here',
    code: rule?.codes[column] ?? null,
    proof: rule?.proofs.includes(column) ?? false,
    input: inputOf(value),
  };
}

/** What a new value of a column must fulfil. */
export function valueSchema({ schema }: CorrectionRule, column: string): z.core.$ZodType | undefined {
  return schema.shape[column];
}

/** JSON Schema of what a form sends, for drawing the field; the rules themselves are checked by the owner's zod schema. */
function inputOf(value: z.core.$ZodType): z.core.JSONSchema.BaseSchema {
  const { $schema: _dialect, ...input } = z.toJSONSchema(value, { io: 'input', unrepresentable: 'any' });
  return input;
}
