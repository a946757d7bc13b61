import { z } from 'zod';
import { defineEvent } from '../../kernel/events.ts';
import { idSchema } from '../../kernel/id.ts';

/** Values of a person were corrected, wherever that was done. Names only: what the values were and are is in the row. */
export const selfCorrected = defineEvent(
  'identity.self-corrected',
  z.object({
    correctionId: idSchema('correct'),
    subjectId: idSchema('user'),
    /** `schema.table` */
    table: z.string(),
    row: z.string(),
    columns: z.array(z.string()),
  }),
);
