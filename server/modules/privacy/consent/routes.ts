import { publicKeySet } from '@candor/privacy-engine';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { pageOf, pageSchema, typed } from '../../../kernel/http.ts';
import { readConsentJsonLd, readConsentReceipt } from './consent-receipt.ts';
import { giveConsent, refuseConsent, withdrawConsent } from './decide-consent.ts';
import { listConsentHistory } from './history.ts';
import { type Locale, noticeTitle, type ReadInForce } from './in-force.ts';
import { listConsents, promptForConsent } from './show-consents.ts';
import { verifyDocument } from './verify-document.ts';
import {
  consentParams,
  consentRecordSchema,
  consentsSchema,
  documentSchema,
  giveSchema,
  purposeParams,
  shownNoticeSchema,
  statusSchema,
  verdictSchema,
} from './wire.ts';

const languageSchema = z.object({ lang: z.enum(['zh', 'en']).default('zh') });
const localeOf = { zh: 'zh-CN', en: 'en' } as const satisfies Record<string, Locale>;
const tags = ['privacy'];

export function consentRoutes(app: FastifyInstance, inForce: ReadInForce): void {
  const routes = typed(app);

  routes.get(
    '/api/privacy/consents',
    {
      schema: {
        operationId: 'listConsents',
        tags,
        summary: 'Every optional purpose: where you stand, the text in force, and the token to agree to it',
        querystring: languageSchema,
        response: { 200: consentsSchema },
      },
    },
    async ({ ctx, query }) => ({ items: await listConsents(ctx, await inForce(), localeOf[query.lang]) }),
  );

  routes.post(
    '/api/privacy/consents/:purpose/prompt',
    {
      schema: {
        operationId: 'promptForConsent',
        tags,
        summary:
          'The text of one purpose for an unsolicited prompt; refused while asking would be nagging (LAW-2)',
        params: purposeParams,
        querystring: languageSchema,
        response: { 200: shownNoticeSchema },
      },
    },
    async ({ ctx, params, query }) =>
      promptForConsent(ctx, await inForce(), params.purpose, localeOf[query.lang]),
  );

  routes.post(
    '/api/privacy/consents/:purpose/give',
    {
      schema: {
        operationId: 'giveConsent',
        tags,
        summary: 'Agree to one purpose, with the token of the text you were shown',
        params: purposeParams,
        body: giveSchema,
        response: { 200: statusSchema },
      },
    },
    async ({ ctx, params, body }) => giveConsent(ctx, await inForce(), { ...params, ...body }),
  );

  routes.post(
    '/api/privacy/consents/:purpose/refuse',
    {
      schema: {
        operationId: 'refuseConsent',
        tags,
        summary: 'Say no to one purpose; nothing else changes',
        params: purposeParams,
        response: { 200: statusSchema },
      },
    },
    async ({ ctx, params }) => refuseConsent(ctx, await inForce(), params.purpose),
  );

  routes.post(
    '/api/privacy/consents/:purpose/withdraw',
    {
      schema: {
        operationId: 'withdrawConsent',
        tags,
        summary: 'Take a consent back; answers when nothing is processed on it any more',
        params: purposeParams,
        response: { 200: statusSchema },
      },
    },
    async ({ ctx, params }) => withdrawConsent(ctx, await inForce(), params.purpose),
  );

  routes.get(
    '/api/privacy/consents/history',
    {
      schema: {
        operationId: 'listConsentHistory',
        tags,
        summary: 'Everything you have ever decided here, newest first, with the words you were shown',
        querystring: pageSchema.extend(languageSchema.shape),
        response: { 200: pageOf(consentRecordSchema) },
      },
    },
    async ({ ctx, query }) => {
      const { items, nextCursor } = await listConsentHistory(ctx, query);
      return {
        items: items.map((item) => ({
          ...item,
          purposeTitle: noticeTitle(ctx, item.purpose, localeOf[query.lang]),
        })),
        nextCursor,
      };
    },
  );

  routes.get(
    '/api/privacy/receipts/:consentId',
    {
      schema: {
        operationId: 'downloadConsentReceipt',
        tags,
        summary: 'The signed receipt of one decision, to keep (compact JWS)',
        params: consentParams,
        produces: ['application/jose'],
        response: { 200: z.string() },
      },
    },
    async ({ ctx, params }, reply) => {
      const receipt = await readConsentReceipt(ctx, await inForce(), params.consentId);
      return reply
        .type('application/jose')
        .header('content-disposition', `attachment; filename="candor-${params.consentId}.jws"`)
        .serializer((text: string) => text)
        .send(receipt);
    },
  );

  routes.get(
    '/api/privacy/consent-records/:consentId',
    {
      schema: {
        operationId: 'readConsentJsonLd',
        tags,
        summary: 'One decision as JSON-LD in the Data Privacy Vocabulary',
        params: consentParams,
        response: { 200: z.record(z.string(), z.unknown()) },
      },
    },
    async ({ ctx, params }, reply) => {
      void reply.type('application/ld+json');
      return readConsentJsonLd(ctx, await inForce(), params.consentId);
    },
  );

  routes.post(
    '/api/privacy/receipts/verify',
    {
      config: { access: 'open' },
      schema: {
        operationId: 'verifyDocument',
        tags,
        summary: 'Whether a receipt or certificate is genuine and unchanged, and what it says',
        body: documentSchema,
        response: { 200: verdictSchema },
      },
    },
    async ({ ctx, body }) => ({ ...(await verifyDocument(ctx, body.document)) }),
  );

  app.get(
    '/.well-known/candor-keys.json',
    { config: { access: 'open' }, schema: { hide: true } },
    async ({ ctx }) => publicKeySet(ctx.signingKey),
  );
}
