import { sql, type SQLWrapper } from 'drizzle-orm';
import { bigint, text } from 'drizzle-orm/pg-core';
import { personal } from '../../declare/policy.ts';
import { countedFact } from './usage-fact.ts';

/** A person finds the same in the columns beside. */
export const saidElsewhere = {
  no: { zh: '与计量项中的信息重复', en: 'the same is said by the meters' },
} as const;

/**
 * Columns that only the release before meters reads and writes. A trigger keeps them and the new ones in step while
 * both releases may run (docs/decisions/0016-meters.md); the release after this one drops them and the trigger.
 */
export const formerUsageColumns = {
  modelId: personal(text().notNull().default(''), {
    clear: 'the public name of a model',
    ...countedFact,
    export: saidElsewhere,
    title: { zh: '调用的模型', en: 'Model called' },
  }),
  inputTokens: personal(bigint({ mode: 'number' }).notNull().default(0), {
    ...countedFact,
    export: saidElsewhere,
    title: { zh: '输入 Token 数', en: 'Input tokens' },
  }),
  outputTokens: personal(bigint({ mode: 'number' }).notNull().default(0), {
    ...countedFact,
    export: saidElsewhere,
    title: { zh: '输出 Token 数', en: 'Output tokens' },
  }),
};

/** Stands in a row of the former release until the trigger has put the value there. */
export const filledByTrigger = '';

/** As the former release declared it. */
export function formerNumbersCheck(
  table: Readonly<Record<'inputTokens' | 'outputTokens' | 'chargeMicros' | 'durationMs', SQLWrapper>>,
) {
  return sql`${table.inputTokens} >= 0 and ${table.outputTokens} >= 0 and ${table.chargeMicros} >= 0 and ${table.durationMs} >= 0`;
}
