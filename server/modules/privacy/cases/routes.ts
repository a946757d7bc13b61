import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { now } from '../../../kernel/context.ts';
import { idSchema } from '../../../kernel/id.ts';
import { pageOf, pageSchema, typed } from '../../../kernel/http.ts';
import { answerCase, confirmCase, listMyCases, readOwnCase, withdrawCase } from './answer-case.ts';
import { viewCase, viewHead } from './case-view.ts';
import { officerRoutes } from './officer-routes.ts';
import { openCase } from './open-case.ts';
import { openRequestRoutes } from './open-request-routes.ts';
import * as wire from './wire.ts';

const tags = ['privacy'];
const caseParams = z.object({ caseId: idSchema('case') });

/** Requests under the law: of persons with an account, of the public, and the officer's desk. */
export function caseRoutes(app: FastifyInstance, settings: { readonly backupDays: number }): void {
  myCaseRoutes(app);
  openRequestRoutes(app);
  officerRoutes(app, settings);
}

function myCaseRoutes(app: FastifyInstance): void {
  typed(app).post(
    '/api/privacy/cases',
    {
      schema: {
        operationId: 'openCase',
        tags,
        summary: 'Ask for something under the law, or complain (FC-6.0)',
        querystring: wire.languageQuery,
        body: wire.openCaseSchema,
        response: { 201: wire.caseSchema },
      },
    },
    async ({ ctx, body, query }, reply) => {
      const { id } = await openCase(ctx, body);
      const { row, steps } = await readOwnCase(ctx, { caseId: id });
      return reply.code(201).send(viewCase(row, steps, now(ctx), query.lang));
    },
  );
  typed(app).get(
    '/api/privacy/cases',
    {
      schema: {
        operationId: 'listMyCases',
        tags,
        summary: 'Your requests and their terms, newest first',
        querystring: pageSchema.extend(wire.languageQuery.shape),
        response: { 200: pageOf(wire.caseHeadSchema) },
      },
    },
    async ({ ctx, query }) => {
      const { items, nextCursor } = await listMyCases(ctx, query);
      return { items: items.map((row) => viewHead(row, now(ctx), query.lang)), nextCursor };
    },
  );
  typed(app).get(
    '/api/privacy/cases/:caseId',
    {
      schema: {
        operationId: 'getMyCase',
        tags,
        summary: 'One of your requests, with every step and letter',
        params: caseParams,
        querystring: wire.languageQuery,
        response: { 200: wire.caseSchema },
      },
    },
    async ({ ctx, params, query }) => {
      const { row, steps } = await readOwnCase(ctx, params);
      return viewCase(row, steps, now(ctx), query.lang);
    },
  );
  typed(app).post(
    '/api/privacy/cases/:caseId/confirm',
    {
      schema: {
        operationId: 'confirmMyCase',
        tags,
        summary: 'Show again who you are, for a request that gives out or changes data (CHIPL-8.1.b)',
        params: caseParams,
        querystring: wire.languageQuery,
        body: wire.confirmSchema,
        response: { 200: wire.caseSchema },
      },
    },
    async ({ ctx, params, query, body }) => {
      const { row, steps } = await confirmCase(ctx, { ...params, proof: body.proof });
      return viewCase(row, steps, now(ctx), query.lang);
    },
  );
  typed(app).post(
    '/api/privacy/cases/:caseId/answers',
    {
      schema: {
        operationId: 'answerMyCase',
        tags,
        summary: 'Answer a question about your request, or add to it',
        params: caseParams,
        querystring: wire.languageQuery,
        body: wire.answerSchema,
        response: { 200: wire.caseSchema },
      },
    },
    async ({ ctx, params, query, body }) => {
      const { row, steps } = await answerCase(ctx, params, body.text);
      return viewCase(row, steps, now(ctx), query.lang);
    },
  );
  typed(app).post(
    '/api/privacy/cases/:caseId/withdraw',
    {
      schema: {
        operationId: 'withdrawMyCase',
        tags,
        summary: 'Take a request back',
        params: caseParams,
        querystring: wire.languageQuery,
        response: { 200: wire.caseSchema },
      },
    },
    async ({ ctx, params, query }) => {
      const { row, steps } = await withdrawCase(ctx, params);
      return viewCase(row, steps, now(ctx), query.lang);
    },
  );
}
