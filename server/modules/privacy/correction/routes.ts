import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { columnFacts } from '../column-facts.ts';
import { forPrograms, typed } from '../../../kernel/http.ts';
import { proofSchema } from '../../identity/index.ts';
import { correctData } from './correct.ts';
import { readCorrectionForm } from './correction-form.ts';

const tags = ['privacy'];
const languageSchema = z.enum(['zh', 'en']).default('zh');
const numberSchema = z.number().min(Number.MIN_SAFE_INTEGER).max(Number.MAX_SAFE_INTEGER);
const valueSchema = z.union([z.string().max(2000), numberSchema, z.boolean(), z.null()]);

const changeSchema = z
  .object({
    kind: z.enum(['here', 'elsewhere', 'request', 'no']).meta(forPrograms),
    code: z
      .enum(['sms', 'mail'])
      .nullish()
      .meta({ description: 'a code sent to the new value is needed, see sendCode with use "bind"' }),
    proof: z.boolean().optional().meta({ description: 'a proof that it is you is needed' }),
    input: z.record(z.string(), z.unknown()).optional().meta({ description: 'JSON Schema of a new value' }),
    address: z.string().optional().meta({ description: 'interface that changes it' }),
    reason: z.string().optional(),
  })
  .meta({ id: 'CorrectionChange' });

const formSchema = z.object({
  items: z.array(
    z
      .object({
        table: z.string(),
        title: z.string(),
        rows: z.array(
          z.object({
            row: z.string(),
            fields: z.array(
              z.object({
                column: z.string(),
                title: z.string(),
                ...columnFacts,
                value: z.union([z.string(), z.number(), z.boolean(), z.null()]),
                change: changeSchema,
              }),
            ),
          }),
        ),
      })
      .meta({ id: 'CorrectionTable' }),
  ),
});

const correctSchema = z.object({
  corrections: z
    .array(
      z.object({
        table: z.string().max(130),
        row: z.string().max(130),
        column: z.string().max(130),
        value: valueSchema,
      }),
    )
    .min(1)
    .max(50),
  code: z
    .string()
    .regex(/^\d{6}$/, 'must be six digits')
    .optional(),
  explanation: z.string().trim().max(2000).optional(),
  proof: proofSchema.optional(),
  language: languageSchema,
});

/** Correcting what is wrong, wherever it stands. */
export function correctionRoutes(app: FastifyInstance): void {
  const routes = typed(app);
  routes.get(
    '/api/privacy/correction',
    {
      schema: {
        operationId: 'getCorrectionForm',
        tags,
        summary: 'What of your data you can correct, how, and why not (DRUN-7.2)',
        querystring: z.object({ lang: languageSchema }),
        response: { 200: formSchema },
      },
    },
    async ({ ctx, query }) => ({ items: await readCorrectionForm(ctx, query.lang) }),
  );
  routes.patch(
    '/api/privacy/correction',
    {
      schema: {
        operationId: 'correctData',
        tags,
        summary: 'Correct your data; what needs proof becomes a request',
        body: correctSchema,
        response: {
          200: z.object({
            items: z.array(
              z
                .object({
                  table: z.string(),
                  row: z.string(),
                  column: z.string(),
                  outcome: z.enum(['corrected', 'requested']).meta(forPrograms),
                  caseId: z.string().nullable(),
                })
                .meta({ id: 'CorrectionOutcome' }),
            ),
          }),
        },
      },
    },
    async ({ ctx, body }) => ({ items: await correctData(ctx, body) }),
  );
}
