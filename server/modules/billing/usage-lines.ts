import { sql } from 'drizzle-orm';
import { usageEvents } from './schema.ts';

/** The lines of a row of usage, as rows of a query that joins them. */
export const usageLines = sql`unnest(${usageEvents.meters}, ${usageEvents.quantities}, ${usageEvents.chargesMicros}) as line (meter, quantity, charge_micros)`;

/** The same for statistics, which may not know what was paid. */
export const countedLines = sql`unnest(${usageEvents.meters}, ${usageEvents.quantities}) as line (meter, quantity)`;
