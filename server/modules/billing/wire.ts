import { z } from 'zod';
import { instantSchema } from '../../kernel/http.ts';
import { microsSchema } from '../../kernel/money.ts';
import { usageOutcomes } from './schema.ts';

export const usageEventSchema = z
  .object({
    id: z.string(),
    requestId: z.string(),
    at: instantSchema.meta({ description: 'when the call ended' }),
    modelId: z.string(),
    apiKeyId: z.string(),
    apiKeyName: z.string().nullable(),
    priceVersionId: z.string(),
    inputTokens: z.int(),
    outputTokens: z.int(),
    chargeMicros: microsSchema,
    isEstimated: z.boolean(),
    isStreamed: z.boolean(),
    outcome: z.enum(usageOutcomes),
    durationMs: z.int(),
  })
  .meta({ id: 'UsageEvent' });

export const billSchema = z
  .object({
    id: z.string(),
    periodStart: instantSchema,
    periodEnd: instantSchema,
    month: z.string(),
    product: z.string(),
    resourceId: z.string(),
    billingItem: z.string(),
    priceVersionId: z.string(),
    isLate: z.boolean().meta({ description: 'reported after its own hour was billed' }),
    requests: z.int(),
    quantity: z.int(),
    unit: z.string(),
    listMicros: microsSchema,
    cashMicros: microsSchema.meta({ type: 'integer', description: 'micro-yuan, whole cents' }),
    carriedMicros: microsSchema.meta({
      type: 'integer',
      description: 'micro-yuan below a cent, carried to the next row',
    }),
  })
  .meta({ id: 'BillRow' });
