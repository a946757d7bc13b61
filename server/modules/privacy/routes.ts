import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Ctx } from '../../kernel/context.ts';
import { instantSchema, pageSchema, typed } from '../../kernel/http.ts';
import { caseRoutes } from './cases/index.ts';
import { inForceOf } from './consent/index.ts';
import { consentRoutes } from './consent/routes.ts';
import { erasureRoutes } from './erasure/index.ts';
import { correctionRoutes } from './correction/routes.ts';
import { integrityRoutes } from './integrity/routes.ts';
import { keepUnreadableCells } from './integrity/unreadable-cells.ts';
import { retentionRoutes } from './retention/index.ts';
import { receiptsPart } from './export/receipts-part.ts';
import { exportRoutes } from './export/routes.ts';
import { restrictionRoutes } from './restriction/routes.ts';
import { columnFacts } from './column-facts.ts';
import { readMyData, readMyRows } from './my-data.ts';
import { type Policies, policyRoutes } from './policy/index.ts';

const languageSchema = z.object({ lang: z.enum(['zh', 'en']).default('zh') });

const looksSchema = z.object({ count: z.int(), lastAt: instantSchema.nullable() });
const cellSchema = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const rowsSchema = z.array(z.record(z.string(), cellSchema));

const myDataSchema = z
  .object({
    generatedAt: instantSchema,
    subject: z.string(),
    categories: z.array(
      z.object({
        key: z.string(),
        title: z.string(),
        items: z.array(
          z.object({
            table: z.string(),
            title: z.string(),
            columns: z.array(
              z.object({
                name: z.string(),
                title: z.string(),
                category: z.string(),
                isSensitive: z.boolean(),
                purposes: z.array(z.string()),
                basis: z.array(z.string()),
                source: z.string(),
                retention: z.string(),
                recipients: z.array(z.string()),
                isMasked: z.boolean(),
                ...columnFacts,
                withheld: z.string().nullable(),
              }),
            ),
            rows: rowsSchema,
            totalRows: z.int(),
            nextCursor: z.string().nullable(),
            looks: looksSchema.meta({ description: 'how often staff looked, of the newest 200 times' }),
            goes: z
              .object({ firstAt: instantSchema, lastAt: instantSchema })
              .nullable()
              .meta({ description: 'when the oldest and the newest row go, where that is known now' }),
          }),
        ),
        recipients: z.array(z.string()),
        retention: z.array(z.string()),
        looks: looksSchema,
      }),
    ),
  })
  .meta({ id: 'MyData' });

const rowsShownPerTable = 100;

interface PrivacyDeps {
  readonly policies: Policies;
  readonly config: { readonly publicUrl: string; readonly backupDays: number };
  readonly systemCtx: (name: string) => Ctx;
}

/** What reads sealed rows and writes exports needs, in every process. */
export function installPrivacy(app: FastifyInstance, deps: PrivacyDeps): void {
  app.addHook('onClose', keepUnreadableCells(deps.systemCtx('integrity')));
  deps.systemCtx('export').product.exportParts.add(receiptsPart(inForceOf(deps)));
}

export function privacyRoutes(app: FastifyInstance, deps: PrivacyDeps): void {
  const { policies } = deps;
  const routes = typed(app);
  caseRoutes(app, deps.config);
  exportRoutes(app);
  correctionRoutes(app);
  erasureRoutes(app, deps.config);
  retentionRoutes(app);
  integrityRoutes(app);
  restrictionRoutes(app, deps.systemCtx('restriction').product);
  policyRoutes(app, policies);
  consentRoutes(app, inForceOf(deps));

  routes.get(
    '/api/privacy/my-data',
    {
      schema: {
        operationId: 'getMyData',
        tags: ['privacy'],
        summary: 'What this cloud knows about you (DRUN-7.1)',
        querystring: languageSchema,
        response: { 200: myDataSchema },
      },
    },
    async ({ ctx, query }) => readMyData(ctx, query.lang, rowsShownPerTable),
  );

  routes.get(
    '/api/privacy/my-data/rows',
    {
      schema: {
        operationId: 'listMyRows',
        tags: ['privacy'],
        summary: 'More rows of one table, newest first',
        querystring: pageSchema.extend({ ...languageSchema.shape, table: z.string().max(130) }),
        response: { 200: z.object({ items: rowsSchema, nextCursor: z.string().nullable() }) },
      },
    },
    async ({ ctx, query }) => readMyRows(ctx, query),
  );

  app.get('/.well-known/privacy.json', { config: { access: 'open' }, schema: { hide: true } }, async () => {
    const { version, hash, registryHash, effectiveAt, facts } = await policies.current();
    return {
      profile: 'strict',
      version,
      hash,
      registryHash,
      effectiveAt: effectiveAt.toISOString(),
      controller: facts.installation.name,
      contact: facts.installation.privacyEmail,
      collectionList: { page: '/privacy/collection-list', api: '/api/privacy/collection-list' },
      policy: { page: '/privacy/policy', api: '/api/privacy/policy' },
      policies: { page: '/privacy/policies', api: '/api/privacy/policies' },
      myData: { page: '/privacy', api: '/api/privacy/my-data' },
      requests: { page: '/privacy/request', api: '/api/privacy/requests' },
    };
  });
}
