import { z } from 'zod';
import { forPrograms, instantSchema, localisedTextSchema } from '../../../kernel/http.ts';
import { erasureStates } from './states.ts';
import type { ErasureState } from './states.ts';

export const languageQuery = z.object({ lang: z.enum(['zh', 'en']).default('zh') });

const micros = z
  .codec(z.int().min(0), z.bigint(), { decode: BigInt, encode: Number })
  .meta({ type: 'integer', minimum: 0 });
export const microsSchema = micros;

const stateSchema = z.enum(erasureStates as [ErasureState, ...ErasureState[]]);

const partSchema = z.object({
  table: z.string(),
  title: z.string(),
  rows: z.int(),
  columns: z.array(z.string()).readonly(),
});

export const previewSchema = z
  .object({
    promiseHash: z.string(),
    registryHash: z.string(),
    erased: z
      .array(partSchema.extend({ how: z.enum(['rows-deleted', 'cells-erased']).meta(forPrograms) }))
      .readonly(),
    held: z.array(partSchema.extend({ law: z.string(), term: z.string(), until: instantSchema })).readonly(),
    unlinked: z
      .array(partSchema.extend({ law: z.string().nullable(), term: z.string().nullable() }))
      .readonly(),
    balanceMicros: micros,
    owedMicros: micros,
    blocks: z.array(z.string()).readonly(),
    closesAccount: z.boolean(),
  })
  .meta({ id: 'ErasurePreview' });

export const confirmedSchema = z
  .object({
    erasureId: z.string(),
    reference: z.string().meta({ description: 'shown once: follows the erasure when no session is left' }),
    state: stateSchema,
  })
  .meta({ id: 'ConfirmedErasure' });

export const statusSchema = z
  .object({
    erasureId: z.string(),
    state: stateSchema,
    createdAt: instantSchema,
    updatedAt: instantSchema,
    certifiedAt: instantSchema.nullable(),
    residue: z.array(z.object({ place: z.string(), title: localisedTextSchema })).readonly(),
  })
  .meta({ id: 'ErasureStatus' });

export const managedSchema = statusSchema
  .extend({ origin: z.string(), failedIn: z.string().nullable() })
  .meta({ id: 'ManagedErasure' });

export const managedFilter = z.object({ state: stateSchema.optional() });

export const certificateSchema = z
  .object({ certificate: z.string().meta({ description: 'signed statement (compact JWS)' }) })
  .meta({ id: 'ErasureCertificate' });

export const kindSchema = z
  .object({ kind: z.string(), title: z.string(), rows: z.int() })
  .meta({ id: 'DeletableKind' });
export const erasedKindSchema = z.object({ kind: z.string(), rows: z.int() }).meta({ id: 'ErasedKind' });
