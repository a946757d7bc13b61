import type { z } from 'zod';
import type { Ctx } from '../kernel/context.ts';

/** One row of a table, and what shall stand in it. */
export interface Correction<Values> {
  /** Primary key of the row; it is the person's own. */
  readonly row: string;
  /** By name of the column in PostgreSQL; only what changes. */
  readonly values: Partial<Values>;
  /** The code that was sent to a new number or address. */
  readonly code: string | undefined;
  /** Shows that it is the person, where a value proves who they are. */
  readonly proof: { readonly password: string } | { readonly code: string } | undefined;
}

/** How the owner of a table corrects it: the form is generated from this and from the declarations. */
export interface CorrectionRule<Values = Record<string, unknown>> {
  /** `schema.table` */
  readonly table: string;
  /** A new value by name of its column. */
  readonly schema: z.ZodObject<Readonly<Record<string, z.core.$ZodType>>>;
  /** Columns whose new value must be proven by a code sent to it. */
  readonly codes: Readonly<Partial<Record<string, 'sms' | 'mail'>>>;
  /** Columns whose change needs a proof that it is the person. */
  readonly proofs: readonly string[];
  /** Columns that are changed by an interface of their own: its address. */
  readonly elsewhere: Readonly<Record<string, string>>;
  correct(ctx: Ctx, correction: Correction<Values>): Promise<void>;
}

/** Says how a table is corrected by the person its rows are about. The rules of the values stay with its owner. */
export function defineCorrections<
  Schema extends z.ZodObject<Readonly<Record<string, z.core.$ZodType>>>,
>(rule: {
  readonly table: string;
  readonly schema: Schema;
  readonly codes?: Readonly<Partial<Record<string, 'sms' | 'mail'>>>;
  readonly proofs?: readonly string[];
  readonly elsewhere?: Readonly<Record<string, string>>;
  correct(ctx: Ctx, correction: Correction<z.output<Schema>>): Promise<void>;
}): CorrectionRule {
  return { codes: {}, proofs: [], elsewhere: {}, ...rule };
}
