import { z } from 'zod';
import { instantSchema } from '../../kernel/http.ts';
import { microsSchema } from '../../kernel/money.ts';
import { usageOutcomes } from './schema.ts';

const meteredShape = { meter: z.string(), unit: z.string(), quantity: z.int() };
const usageLineSchema = z.object({ ...meteredShape, chargeMicros: microsSchema }).meta({ id: 'UsageLine' });

export const usageEventSchema = z
  .object({
    id: z.string(),
    requestId: z.string(),
    at: instantSchema.meta({ description: 'when the call ended' }),
    startedAt: instantSchema,
    endpoint: z.string().nullable().meta({ description: 'that was called, such as `chat/completions`' }),
    sku: z.string(),
    apiKeyId: z.string(),
    apiKeyName: z.string().nullable(),
    priceVersionId: z.string(),
    lines: z.array(usageLineSchema),
    chargeMicros: microsSchema,
    isEstimated: z.boolean(),
    isStreamed: z.boolean(),
    outcome: z.enum(usageOutcomes),
    durationMs: z.int(),
    firstByteMs: z
      .int()
      .nullable()
      .meta({ description: 'from the start until the first piece of a streamed answer went out' }),
  })
  .meta({ id: 'UsageEvent' });

/** Of whichever account, for operators. */
export const accountEventSchema = usageEventSchema
  .extend({ tenantId: z.string() })
  .meta({ id: 'AccountUsageEvent' });

export const usageSumSchema = z
  .object({
    bucket: instantSchema.meta({ description: 'start of the hour or of the day in Asia/Shanghai' }),
    sku: z.string(),
    apiKeyId: z.string(),
    chargeMicros: microsSchema,
    meters: z.array(
      z
        .object({
          ...meteredShape,
          estimatedQuantity: z.int().meta({ description: 'the part of the quantity that was estimated' }),
          chargeMicros: microsSchema,
        })
        .meta({ id: 'MeterSum' }),
    ),
  })
  .meta({ id: 'UsageSum' });

export const billSchema = z
  .object({
    id: z.string(),
    periodStart: instantSchema,
    periodEnd: instantSchema,
    month: z.string(),
    product: z.string(),
    resourceId: z.string().meta({ description: 'the SKU that was used' }),
    billingItem: z.string().meta({ description: 'name of the meter' }),
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
