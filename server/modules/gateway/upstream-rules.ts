import { z } from 'zod';
import { normalIdentifier, shownLine } from '../../kernel/normal-form.ts';
import { modelIdSchema, modelKinds } from '../catalog/index.ts';
import { costsSchema } from './model-costs.ts';
import { protocolNames } from './protocols/protocol.ts';
import { headersSchema } from './upstream-headers.ts';
import { upstreamOperatorSchema } from './upstream-operator.ts';

/** What an operator may write down as the address of an upstream: the server will call it with a key. */
export const baseUrlSchema = z
  .string()
  .max(500)
  .refine(
    isBaseUrl,
    'must be an http or https address like https://host/v1, without user name, query or fragment',
  )
  .transform((text) => text.replace(/\/+$/, ''));

function isBaseUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  const isWeb = url.protocol === 'http:' || url.protocol === 'https:';
  return isWeb && url.username === '' && url.password === '' && url.search === '' && url.hash === '';
}

/** How a model is asked for at a server, and what it costs there; what is left out stays, or is the default. */
const routingFields = {
  weight: z.int().min(1).max(1000).optional(),
  priority: z.int().min(1).max(9).optional(),
  costs: costsSchema.optional(),
};

/** For the card of a model that is not in the catalogue yet. */
const cardFields = {
  kind: z.enum(modelKinds).optional(),
  contextTokens: z.int().min(16).max(10_000_000).optional(),
};

export const upstreamFields = {
  name: z.string().overwrite(shownLine).min(1).max(100),
  baseUrl: baseUrlSchema,
  /** Write-only. */
  apiKey: z
    .string()
    .min(1)
    .max(1000)
    .regex(/^[\x21-\x7e]+$/, 'must be printable ASCII without spaces')
    .nullable(),
  models: z
    .array(
      z.object({ modelId: modelIdSchema, upstreamModel: modelIdSchema, ...routingFields, ...cardFields }),
    )
    .max(500)
    .refine(
      (models) => new Set(models.map(({ modelId }) => normalIdentifier(modelId))).size === models.length,
      'must name each model once',
    ),
  headers: headersSchema,
  enabled: z.boolean(),
  /** Null where the operator of this installation runs the server itself. */
  operator: upstreamOperatorSchema.nullable(),
  /** What becomes of an answer without a waiting caller: a paid server writes it on anyway, so its usage is awaited. */
  whenClientLeaves: z.enum(['drain', 'abort']),
  /** The server reports usage with every chunk when asked (vLLM, SGLang, Candor's own). */
  continuousUsage: z.boolean(),
  /** What the server speaks: requests in another protocol are converted to one of these. */
  protocols: z
    .array(z.enum(protocolNames))
    .min(1)
    .max(protocolNames.length)
    .refine((names) => new Set(names).size === names.length, 'must name each protocol once'),
};
