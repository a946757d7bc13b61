import { type KeyClass, type RetentionRule } from '@candor/privacy-engine';
import { eq } from 'drizzle-orm';
import { type Ctx, now } from '../../../kernel/context.ts';
import { engineQuery, inTransaction } from '../../../kernel/db.ts';
import { dayOfId, newId } from '../../../kernel/id.ts';
import { unknownSubjectOfDay } from '../../../kernel/sealed-rows.ts';
import { dayKeyMarks } from './tables.ts';

const dayMs = 24 * 60 * 60 * 1000;
/** Days that are looked back over when the mark is missing: an installation that never swept before. */
const firstLookDays = 30;
/** Days done in one run, so that a long silence does not become one long run. */
const daysPerRun = 400;

/**
 * Rows about unknown persons (a code for an address without an account) are sealed under the key of their day. When the
 * longest term of such rows is over, the key of the day goes, and with it whatever a backup still holds of that day.
 */
export async function destroyDayKeys(ctx: Ctx, rules: readonly RetentionRule[]): Promise<void> {
  for (const [keyClass, tables] of classesOfUnknown(ctx, rules)) {
    const last = await lastDayWithout(ctx, tables);
    if (last !== null) await destroyUpTo(ctx, keyClass, last);
  }
}

/** Key classes with a sealed column in a table whose rows may be about unknown persons, with the rules that end them. */
function classesOfUnknown(
  ctx: Ctx,
  rules: readonly RetentionRule[],
): Map<KeyClass, readonly RetentionRule[]> {
  const classes = new Map<KeyClass, RetentionRule[]>();
  for (const table of ctx.product.registry.tables) {
    const subject = table.columns.find(({ name }) => name === table.subjectColumn);
    if (subject?.isNullable !== true) continue;
    const ends = rules.filter((rule) => rule.kind === 'ceiling' && rule.table === table);
    for (const { atRest, datum } of table.columns) {
      if (atRest !== 'sealed' || datum === null) continue;
      classes.set(datum.keyClass, [...(classes.get(datum.keyClass) ?? []), ...ends]);
    }
  }
  return classes;
}

/** The day before the oldest row that is still there: every term before it is over, whatever its length. */
async function lastDayWithout(ctx: Ctx, rules: readonly RetentionRule[]): Promise<string | null> {
  let oldest = dayOf(now(ctx).getTime());
  for (const rule of new Set(rules)) {
    const [term] = rule.terms;
    if (term === undefined) return null;
    const { schema, name, subjectColumn } = rule.table;
    const anchor = rule.table.columns.find(
      ({ key }) => key === (rule.table.rule.anchors?.[term.anchor] ?? 'createdAt'),
    );
    if (anchor === undefined || subjectColumn === null) return null;
    const [row] = await inTransaction(ctx, 'erasure', (ctx) =>
      engineQuery(ctx)(
        `select (min("${anchor.name}") at time zone 'UTC')::date::text as day from "${schema}"."${name}"`,
        [],
      ),
    );
    if (typeof row?.['day'] === 'string' && row['day'] < oldest) oldest = row['day'];
  }
  // Ids are made by the clock of the machine, whatever the time of the verbs: the key of its today is never ripe.
  const today = dayOfId(newId('req'));
  // One day of grace: an id is made a moment before its row.
  return dayOf(Date.parse(oldest < today ? oldest : today) - 2 * dayMs);
}

async function destroyUpTo(ctx: Ctx, keyClass: KeyClass, last: string): Promise<void> {
  const mark = await inTransaction(ctx, 'erasure', async (ctx) => {
    const [row] = await ctx.db.select().from(dayKeyMarks).where(eq(dayKeyMarks.keyClass, keyClass));
    return row;
  });
  const start =
    mark === undefined ? Date.parse(last) - firstLookDays * dayMs : Date.parse(mark.destroyedUntil) + dayMs;
  let until = mark?.destroyedUntil ?? null;
  for (let at = start, days = 0; at <= Date.parse(last) && days < daysPerRun; at += dayMs, days += 1) {
    await ctx.vault.destroy(unknownSubjectOfDay(dayOf(at)), keyClass);
    until = dayOf(at);
  }
  if (until === null || until === mark?.destroyedUntil) return;
  await inTransaction(ctx, 'erasure', async (ctx) => {
    const row = { keyClass, destroyedUntil: until };
    await ctx.db
      .insert(dayKeyMarks)
      .values(row)
      .onConflictDoUpdate({ target: dayKeyMarks.keyClass, set: { destroyedUntil: until } });
  });
}

function dayOf(instantMs: number): string {
  return new Date(instantMs).toISOString().slice(0, 10);
}
