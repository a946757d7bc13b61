import { valueTypes } from '@candor/privacy-engine';
import { z } from 'zod';
import { forPrograms } from '../../kernel/http.ts';

/** What a page needs to show a value in words. */
export const columnFacts = {
  valueType: z
    .enum(valueTypes)
    .meta({ ...forPrograms, description: 'what a value is; an instant is ISO 8601' }),
  words: z
    .record(z.string(), z.string())
    .nullable()
    .meta({ description: 'what the codes of the column mean, in the language asked for' }),
  isMicroYuan: z.boolean(),
};
