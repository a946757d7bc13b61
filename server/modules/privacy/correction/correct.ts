import type { Language } from '@candor/privacy-engine';
import { sql } from 'drizzle-orm';
import { z } from 'zod';
import { type Ctx, userOf } from '../../../kernel/context.ts';
import { inTransaction } from '../../../kernel/db.ts';
import { invalidInput, notFound } from '../../../kernel/problem.ts';
import { authorize } from '../../../declare/permissions.ts';
import type { Proof } from '../../identity/index.ts';
import { openCase } from '../cases/index.ts';
import { type CorrectableTable, describeCorrections, valueSchema } from './correctable.ts';
import { changedElsewhere, codeNeeded, notCorrectable } from './problems.ts';

export interface WantedCorrection {
  readonly table: string;
  readonly row: string;
  readonly column: string;
  readonly value: string | number | boolean | null;
}

export interface CorrectData {
  readonly corrections: readonly WantedCorrection[];
  /** The code that was sent to a new number or address. */
  readonly code?: string | undefined;
  /** For what needs a request: why the value is wrong, and who asks. */
  readonly explanation?: string | undefined;
  readonly proof?: Proof | undefined;
  readonly language: Language;
}

export interface CorrectionOutcome {
  readonly table: string;
  readonly row: string;
  readonly column: string;
  readonly outcome: 'corrected' | 'requested';
  readonly caseId: string | null;
}

interface Resolved extends WantedCorrection {
  readonly place: number;
  readonly correctable: CorrectableTable;
  readonly kind: 'here' | 'request';
}

/**
 * Corrects one or several values (DRUN-7.2, PIPL 46). All of it is checked before any of it is done; the rows of one
 * table change together, in a transaction of the module that owns it.
 * @throws `privacy.not_correctable` with the declared reason, `privacy.changed_elsewhere`, `privacy.code_needed`,
 * `kernel.invalid_input`, and what the owner of the value throws.
 */
export async function correctData(ctx: Ctx, input: CorrectData): Promise<CorrectionOutcome[]> {
  authorize(ctx, 'privacy:correct-self');
  const correctables = describeCorrections(ctx, input.language);
  const wanted = input.corrections.map((correction, place) => resolve(correctables, correction, place));
  const direct = wanted.filter(({ kind }) => kind === 'here');
  requireCode(direct, input.code);
  const changes = rowChanges(direct);
  for (const { table, row } of [...changes, ...wanted]) await requireOwnRow(ctx, table, row);
  for (const { correctable, row, values } of changes)
    await correctable.rule?.correct(ctx, { row, values, code: input.code, proof: input.proof });
  const requests = wanted.filter(({ kind }) => kind === 'request');
  const caseId = requests.length === 0 ? null : await request(ctx, requests, input);
  return wanted.map(({ table, row, column, kind }) => ({
    table,
    row,
    column,
    outcome: kind === 'here' ? 'corrected' : 'requested',
    caseId: kind === 'here' ? null : caseId,
  }));
}

function resolve(
  correctables: readonly CorrectableTable[],
  wanted: WantedCorrection,
  place: number,
): Resolved {
  const correctable = correctables.find(({ table }) => table.name === wanted.table);
  const column = correctable?.columns.find((candidate) => candidate.column.name === wanted.column);
  if (correctable === undefined || column === undefined) {
    throw invalidInput({
      issues: [{ path: `body.corrections.${place}.column`, message: 'is no datum of a person' }],
    });
  }
  const field = `${wanted.table}.${wanted.column}`;
  const { change } = column;
  switch (change.kind) {
    case 'no':
      throw notCorrectable({ field, fieldTitle: column.column.title, reason: change.reason });
    case 'elsewhere':
      throw changedElsewhere({ field, change: change.address });
    case 'here':
    case 'request':
      return { ...wanted, place, correctable, kind: change.kind };
  }
}

/** One code proves one number or address. */
function requireCode(direct: readonly Resolved[], code: string | undefined): void {
  const proven = direct.filter(({ correctable, column }) => correctable.rule?.codes[column] !== undefined);
  const [first] = proven;
  if (first === undefined || (proven.length === 1 && code !== undefined)) return;
  throw codeNeeded({
    field: `${first.table}.${first.column}`,
    channel: first.correctable.rule?.codes[first.column],
  });
}

interface RowChange {
  readonly table: string;
  readonly row: string;
  readonly correctable: CorrectableTable;
  readonly values: Record<string, unknown>;
}

/** Values by row, checked by the rules of their owner. @throws `kernel.invalid_input` naming all that is wrong */
function rowChanges(direct: readonly Resolved[]): RowChange[] {
  const changes = new Map<string, RowChange>();
  const issues: { path: string; message: string }[] = [];
  for (const { table, row, column, value, place, correctable } of direct) {
    const schema = correctable.rule === undefined ? undefined : valueSchema(correctable.rule, column);
    const parsed = schema === undefined ? undefined : z.safeParse(schema, value);
    const path = `body.corrections.${place}.value`;
    for (const { message } of parsed?.error?.issues ?? []) issues.push({ path, message });
    const name = `${table} ${row}`;
    const change = changes.get(name) ?? { table, row, correctable, values: {} };
    changes.set(name, { ...change, values: { ...change.values, [column]: parsed?.data } });
  }
  if (issues.length > 0) throw invalidInput({ issues });
  // What may still fail, because of its code, goes first.
  return [...changes.values()].toSorted((a, b) => Number(needsCode(b)) - Number(needsCode(a)));
}

function needsCode({ correctable, values }: RowChange): boolean {
  return Object.keys(values).some((column) => correctable.rule?.codes[column] !== undefined);
}

/** @throws `kernel.not_found` also for a row that is another person's */
async function requireOwnRow(ctx: Ctx, table: string, row: string): Promise<void> {
  const entry = ctx.product.registry.tables.find(({ schema, name }) => `${schema}.${name}` === table);
  const { keyColumn, subjectColumn } = entry ?? {};
  if (entry === undefined || typeof keyColumn !== 'string' || typeof subjectColumn !== 'string')
    throw notFound();
  const found = await inTransaction(ctx, 'rights', (ctx) =>
    ctx.db.execute(
      sql`select 1 from ${sql.identifier(entry.schema)}.${sql.identifier(entry.name)}
          where ${sql.identifier(subjectColumn)} = ${userOf(ctx)} and ${sql.identifier(keyColumn)} = ${row}`,
    ),
  );
  if (found.rows.length === 0) throw notFound();
}

/** What needs proof or a decision goes to a person, with what is wanted in the sealed words of the request. */
async function request(ctx: Ctx, requests: readonly Resolved[], input: CorrectData): Promise<string> {
  const lines = requests.map(
    ({ table, column, row, value }) => `${table}.${column} (${row}): ${value === null ? '–' : String(value)}`,
  );
  const description = [...lines, input.explanation ?? ''].join('\n').trim();
  const { language, proof } = input;
  const opened = await openCase(ctx, { type: 'correct', role: 'self', description, language, proof });
  return opened.id;
}
