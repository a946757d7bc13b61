import { isOwnSql } from '../account-of.ts';
import type { ErasureRule } from './erasure-rules.ts';
import { quoteName } from './sql-text.ts';

/** `schema.table` and the column by which the rows are the person's. */
export function ruleName({ table, subjectColumn }: ErasureRule): string {
  return `${table.schema}.${table.name} by ${subjectColumn}`;
}

/**
 * Which rows of its table a rule is about. Rows that are deleted because they are the person's own are not also shared
 * ones.
 */
export function ruleCondition(rule: ErasureRule, subject: string): string {
  const column = `${quoteName(rule.table.name)}.${quoteName(rule.subjectColumn)}`;
  const mine = isOwnSql(rule.table, column, subject);
  const owner = rule.table.subjectColumn;
  if (!rule.isShared || owner === null || rule.table.rule.rows !== 'delete') return mine;
  return `${mine} and ${quoteName(rule.table.name)}.${quoteName(owner)} is distinct from ${subject}`;
}
