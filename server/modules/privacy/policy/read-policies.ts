import { desc, eq } from 'drizzle-orm';
import { asSystem, type Ctx } from '../../../kernel/context.ts';
import { inTransaction } from '../../../kernel/db.ts';
import { notFound } from '../../../kernel/problem.ts';
import { authorize } from '../../../declare/permissions.ts';
import { type PolicyChange, policyChange } from './policy-change.ts';
import type { PolicyText } from './policy-text.ts';
import { policyVersions } from './tables.ts';

/** Every version there ever was, newest first, with what it changed. */
export async function listPolicies(ctx: Ctx) {
  authorize(ctx, 'privacy:read-policies');
  const rows = await inTransaction(asSystem(ctx, 'policy'), 'operations', (ctx) =>
    ctx.db
      .select({
        version: policyVersions.version,
        number: policyVersions.number,
        hash: policyVersions.hash,
        effectiveAt: policyVersions.effectiveAt,
        change: policyVersions.change,
        facts: policyVersions.facts,
      })
      .from(policyVersions)
      .orderBy(desc(policyVersions.number)),
  );
  return rows.map(({ facts, ...row }) => ({ ...row, isKept: facts !== null }));
}

/** One version, word for word. @throws `kernel.not_found` for one whose text was not kept. */
export async function readPolicy(ctx: Ctx, hash: string) {
  authorize(ctx, 'privacy:read-policies');
  const [row] = await inTransaction(asSystem(ctx, 'policy'), 'operations', (ctx) =>
    ctx.db.select().from(policyVersions).where(eq(policyVersions.hash, hash)),
  );
  if (row === undefined || row.document === null || row.facts === null) throw notFound();
  const { document, facts, ...version } = row;
  return { ...version, document, facts };
}

export interface PolicyComparison {
  readonly change: PolicyChange;
  /** By section, the paragraphs that only one of the two has. */
  readonly sections: readonly {
    readonly title: string;
    readonly removed: readonly string[];
    readonly added: readonly string[];
  }[];
}

/** What differs between two versions: in promise and in words. */
export async function comparePolicies(
  ctx: Ctx,
  { from, to, language }: { readonly from: string; readonly to: string; readonly language: 'zh' | 'en' },
): Promise<PolicyComparison> {
  const before = await readPolicy(ctx, from);
  const after = await readPolicy(ctx, to);
  return {
    change: policyChange(before.facts, after.facts),
    sections: differences(before.document[language], after.document[language]),
  };
}

function differences(before: PolicyText, after: PolicyText): PolicyComparison['sections'] {
  const [was, is] = [linesBySection(before), linesBySection(after)];
  return [...new Set([...is.keys(), ...was.keys()])].flatMap((key) => {
    const [old, fresh] = [was.get(key), is.get(key)];
    const removed = (old?.lines ?? []).filter((line) => fresh?.lines.includes(line) !== true);
    const added = (fresh?.lines ?? []).filter((line) => old?.lines.includes(line) !== true);
    if (removed.length + added.length === 0) return [];
    return [{ title: fresh?.title ?? old?.title ?? key, removed, added }];
  });
}

/** Sections of the text and groups of the collection list, each as lines. */
function linesBySection({ sections, groups }: PolicyText) {
  return new Map([
    ...sections.map(({ key, title, paragraphs }) => [key, { title, lines: [...paragraphs] }] as const),
    ...groups.map(
      ({ key, title, rows }) =>
        [
          `list.${key}`,
          {
            title,
            lines: rows.map(({ fields, method, purpose, retention, recipients }) =>
              [fields.join(' / '), method, purpose, retention, recipients.join(' / ')]
                .filter((part) => part !== '')
                .join(' · '),
            ),
          },
        ] as const,
    ),
  ]);
}
