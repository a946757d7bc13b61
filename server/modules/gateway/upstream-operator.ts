import { eq } from 'drizzle-orm';
import { z } from 'zod';
import type { OutsideRecipient, ReadRecipients } from '../../declare/outside-recipients.ts';
import { shownLine } from '../../kernel/normal-form.ts';
import { upstreams } from './schema.ts';

/** Another company that answers for us: what people must be informed of (PIPL 23, 39), and the contract that binds it. */
export const upstreamOperatorSchema = z
  .object({
    name: z.string().overwrite(shownLine).min(1).max(200),
    contact: z.string().overwrite(shownLine).min(3).max(200),
    region: z.string().regex(/^[A-Z]{2}$/),
    contract: z.string().overwrite(shownLine).min(1).max(200),
    retentionDays: z.int().min(0).max(3650),
    mechanism: z.enum(['security-assessment', 'certification', 'standard-contract']).nullable(),
    /** Said out loud by the operator: the policy promises that no recipient trains on prompts. */
    trains: z.literal(false),
  })
  .refine(({ region, mechanism }) => region === 'CN' || mechanism !== null, {
    path: ['mechanism'],
    error: 'a transfer out of China needs one of the ways the law knows',
  })
  .meta({ id: 'UpstreamOperator' });

export type UpstreamOperator = z.output<typeof upstreamOperatorSchema>;

/** Name of a company as a recipient: the same one abroad is another. Null for the operator's own servers. */
export function recipientKeyOf(operator: UpstreamOperator | null): string | null {
  return operator === null ? null : `${operator.name} (${operator.region})`;
}

/** Companies whose model servers answer here. */
export const readUpstreamOperators: ReadRecipients = async (ctx) => {
  const rows = await ctx.db
    .select({ operator: upstreams.operator })
    .from(upstreams)
    .where(eq(upstreams.isEnabled, true))
    .orderBy(upstreams.createdAt);
  return rows.flatMap(({ operator }): OutsideRecipient[] => {
    const key = recipientKeyOf(operator);
    if (operator === null || key === null) return [];
    const { name, contact, region, contract, retentionDays, mechanism } = operator;
    return [{ key, name, contact, region, contract, retentionDays, mechanism }];
  });
};
