import { erasureRules } from './erasure-rules.ts';
import type { PlanInput } from './plan-erasure.ts';
import { ruleCondition } from './rule-rows.ts';
import { quoteTable } from './sql-text.ts';

/**
 * How many rows of a table hold something about the person and stay when they are erased. A plan counts by rule, and one
 * row may fall under several (whose it is, who acted); people count rows.
 * @param table `schema.table`
 */
export async function countStayingRows(
  { registry, restrictionTable, query, subject }: Omit<PlanInput, 'closedAt' | 'onlyTables'>,
  table: string,
): Promise<number> {
  const rules = erasureRules(registry, restrictionTable).filter(
    (rule) => rule.verb !== 'delete' && `${rule.table.schema}.${rule.table.name}` === table,
  );
  const [first] = rules;
  if (first === undefined) return 0;
  const conditions = rules.map((rule) => `(${ruleCondition(rule, '$1')})`).join(' or ');
  const [counted] = await query(
    `select count(*) as rows from ${quoteTable(first.table)} where ${conditions}`,
    [subject],
  );
  return Number(counted?.['rows']);
}
