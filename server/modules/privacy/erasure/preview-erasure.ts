import {
  anonymisedColumns,
  countStayingRows,
  describeDuration,
  erasedColumns,
  type ErasurePlan,
  hashPromise,
  type Language,
  planErasure,
  type PlannedTable,
} from '@candor/privacy-engine';
import { asSystem, type Ctx, now, userOf } from '../../../kernel/context.ts';
import { collectReviews } from '../../../declare/closing-review.ts';
import { engineQuery, inTransaction } from '../../../kernel/db.ts';
import { authorize } from '../../../declare/permissions.ts';
import { cite } from '../../../declare/laws.ts';
import { findClosingFacts } from '../../identity/index.ts';
import { planInput } from './prepare-steps.ts';
import { livingOf } from './living.ts';

/** Before anything happens: what goes at once, what stays, by which law and until when (POOL-sec-6). */
export interface ErasurePreview {
  /** Names what is shown here. Confirming needs it, so that what is confirmed is what was shown. */
  readonly promiseHash: string;
  readonly registryHash: string;
  readonly erased: readonly PreviewedPart[];
  readonly held: readonly HeldPart[];
  /** Rows that stay and no longer say whose they were: the books, the log of acts, the month of an empty shell. */
  readonly unlinked: readonly UnlinkedPart[];
  /** Money that is lost with the account. */
  readonly balanceMicros: bigint;
  readonly owedMicros: bigint;
  /** What must be settled first; empty when nothing stands in the way. */
  readonly blocks: readonly string[];
  /** Whether the account is closed with its last person. */
  readonly closesAccount: boolean;
}

export interface PreviewedPart {
  readonly table: string;
  readonly title: string;
  readonly rows: number;
  readonly how: 'rows-deleted' | 'cells-erased';
  readonly columns: readonly string[];
}

export interface UnlinkedPart {
  readonly table: string;
  readonly title: string;
  readonly rows: number;
  readonly columns: readonly string[];
  /** Which law wants them kept, and for how long at least; null where none does. */
  readonly law: string | null;
  readonly term: string | null;
}

export interface HeldPart {
  readonly table: string;
  readonly title: string;
  readonly rows: number;
  readonly columns: readonly string[];
  readonly law: string;
  /** The law's term, in words. */
  readonly term: string;
  /** When the last of these rows is deleted automatically. */
  readonly until: Date;
}

/** What erasing themselves would mean to the person who asks. Nothing is written. */
export async function previewErasure(ctx: Ctx, language: Language): Promise<ErasurePreview> {
  authorize(ctx, 'privacy:erase-self');
  const { plan, ...facts } = await readFacts(ctx, userOf(ctx));
  const stayingRows = await countSharedTables(ctx, plan);
  return {
    ...facts,
    ...describePlan(ctx, plan, stayingRows, language),
    promiseHash: hashPromise(plan, now(ctx)),
  };
}

/** Plan and circumstances of a person who would be erased now. */
export async function readFacts(ctx: Ctx, userId: string) {
  const { plan, facts } = await inTransaction(ctx, 'erasure', async (ctx) => {
    const plan = await planErasure(planInput(ctx, { subjectId: userId, closedAt: now(ctx) }));
    const found = await findClosingFacts(ctx, userId);
    const others = found === null ? [] : await livingOf(ctx, found.otherMemberIds);
    const operators = found === null ? [] : await livingOf(ctx, found.otherOperatorIds);
    return { plan, facts: { found, others: others.length, operators: operators.length } };
  });
  const { found, others, operators } = facts;
  const closesAccount = found !== null && others === 0;
  const person = { userId, tenantId: closesAccount ? found.tenantId : null };
  const review = await collectReviews(asSystem(ctx, 'erasure'), person);
  const blocks = [
    ...review.blocks,
    ...(found?.isOwner === true && others > 0 ? ['account-has-members'] : []),
    ...(found?.isOperator === true && operators === 0 ? ['last-operator'] : []),
  ];
  const { balanceMicros, owedMicros } = review;
  return { plan, balanceMicros, owedMicros, blocks, closesAccount, tenantId: found?.tenantId ?? null };
}

/** Rows by table, of those in which several rules change rows: a row that falls under two of them is one row. */
async function countSharedTables(ctx: Ctx, plan: ErasurePlan): Promise<ReadonlyMap<string, number>> {
  const changing = plan.tables
    .filter(({ rows, verb }) => rows > 0 && verb !== 'delete')
    .map(({ table }) => table);
  const shared = new Set(changing.filter((table, at) => changing.indexOf(table) !== at));
  const input = planInput(ctx, { subjectId: userOf(ctx), closedAt: now(ctx) });
  return inTransaction(ctx, 'erasure', async (ctx) => {
    const counted = new Map<string, number>();
    for (const table of shared)
      counted.set(table, await countStayingRows({ ...input, query: engineQuery(ctx) }, table));
    return counted;
  });
}

function describePlan(
  ctx: Ctx,
  plan: ErasurePlan,
  stayingRows: ReadonlyMap<string, number>,
  language: Language,
) {
  const present = plan.tables.filter(({ rows }) => rows > 0);
  return {
    registryHash: plan.registryHash,
    erased: mergeParts(
      present.flatMap((table) => erasedPart(ctx, table, language)),
      stayingRows,
    ),
    held: present.flatMap((table) => heldParts(ctx, table, language)),
    unlinked: present.flatMap((table) => unlinkedPart(ctx, table, language)),
  };
}

function erasedPart(ctx: Ctx, planned: PlannedTable, language: Language): PreviewedPart[] {
  const gone = erasedColumns(planned);
  if (planned.verb !== 'delete' && gone.length === 0) return [];
  return [
    {
      ...headOf(ctx, planned, language),
      how: planned.verb === 'delete' ? 'rows-deleted' : 'cells-erased',
      columns: titlesOf(
        ctx,
        planned,
        gone.map(({ column }) => column),
        language,
      ),
    },
  ];
}

/** What several rules erase in the rows of one table is one part: these rows, and all of these columns. */
function mergeParts(
  parts: readonly PreviewedPart[],
  stayingRows: ReadonlyMap<string, number>,
): PreviewedPart[] {
  const merged = new Map<string, PreviewedPart>();
  for (const part of parts) {
    const key = `${part.table} ${part.how}`;
    const known = merged.get(key);
    if (known === undefined) merged.set(key, part);
    else {
      const columns = [...new Set([...known.columns, ...part.columns])];
      merged.set(key, { ...known, columns, rows: stayingRows.get(part.table) ?? known.rows });
    }
  }
  return [...merged.values()];
}

function unlinkedPart(ctx: Ctx, planned: PlannedTable, language: Language): UnlinkedPart[] {
  const staying = anonymisedColumns(planned).map(({ column }) => column);
  if (staying.length === 0) return [];
  const floor = entryOf(ctx, planned.table)?.columns.find(({ name }) => name === staying[0])?.datum?.keep.min;
  return [
    {
      ...headOf(ctx, planned, language),
      columns: titlesOf(ctx, planned, staying, language),
      law: floor === undefined ? null : cite(floor.law)[language],
      term: floor === undefined ? null : describeDuration(floor.duration, language),
    },
  ];
}

/** One part for each law, because each may end on another day. */
function heldParts(ctx: Ctx, planned: PlannedTable, language: Language): HeldPart[] {
  const columnsByEnd = new Map<string, { law: string; until: string; columns: string[] }>();
  for (const column of planned.columns) {
    if (column.verb !== 'hold' || column.until === null) continue;
    const { law, until } = column;
    const known = columnsByEnd.get(`${law} ${until}`) ?? { law, until, columns: [] };
    known.columns.push(column.column);
    columnsByEnd.set(`${law} ${until}`, known);
  }
  return [...columnsByEnd.values()].map(({ law, until, columns }) => ({
    ...headOf(ctx, planned, language),
    columns: titlesOf(ctx, planned, columns, language),
    law: cite(law)[language],
    term: termOf(ctx, planned, columns[0] ?? '', language),
    until: new Date(until),
  }));
}

function headOf(ctx: Ctx, { table, rows }: PlannedTable, language: Language) {
  return { table, rows, title: entryOf(ctx, table)?.rule.title?.[language] ?? table };
}

function titlesOf(ctx: Ctx, { table }: PlannedTable, names: readonly string[], language: Language): string[] {
  const entry = entryOf(ctx, table);
  // A look-up value goes with its datum and is not something else that people know of.
  const titles = names.flatMap((name) => {
    const column = entry?.columns.find((candidate) => candidate.name === name);
    return column === undefined || column.datum === null || column.atRest === 'index'
      ? []
      : [column.datum.title[language]];
  });
  return [...new Set(titles)];
}

function termOf(ctx: Ctx, { table }: PlannedTable, name: string, language: Language): string {
  const rule = entryOf(ctx, table)?.columns.find((column) => column.name === name)?.datum?.onErase;
  if (typeof rule !== 'object' || !('retain' in rule)) return '';
  return describeDuration(rule.retain.duration, language) ?? '';
}

function entryOf(ctx: Ctx, place: string) {
  return ctx.product.registry.tables.find(({ schema, name }) => `${schema}.${name}` === place);
}
