import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { now } from '../../../kernel/context.ts';
import { typed } from '../../../kernel/http.ts';
import { invalidInput } from '../../../kernel/problem.ts';
import { contactOf } from '../../identity/index.ts';
import { answerCase, readOwnCase, withdrawCase } from './answer-case.ts';
import { viewCase } from './case-view.ts';
import { confirmAccount, enterCase } from './enter-case.ts';
import { fileRequest } from './file-request.ts';
import { requestOptions } from './request-options.ts';
import { resendContactCode } from './send-codes.ts';
import * as wire from './wire.ts';

const tags = ['privacy'];
const open = { access: 'open' } as const;

/**
 * Requests of anyone, with or without an account. Reference and secret are in the body, never in an address, where
 * browsers and proxies would keep them.
 */
export function openRequestRoutes(app: FastifyInstance): void {
  typed(app).get(
    '/api/privacy/request-options',
    {
      config: open,
      schema: {
        operationId: 'getRequestOptions',
        tags,
        summary: 'What may be asked for, as whom, and where to complain',
        querystring: wire.languageQuery,
        response: { 200: wire.optionsSchema },
      },
    },
    async ({ query }) => requestOptions(query.lang),
  );
  typed(app).post(
    '/api/privacy/requests',
    {
      config: open,
      schema: {
        operationId: 'fileRequest',
        tags,
        summary: 'Ask for something under the law without logging in; a code goes to the contact',
        body: wire.fileRequestSchema,
        response: { 202: wire.filedSchema },
      },
    },
    async ({ ctx, body }, reply) => {
      const { phone, email, ...content } = body;
      const contact = contactOf({ phone, email });
      if (contact === undefined) throw invalidInput();
      return reply.code(202).send(await fileRequest(ctx, { ...content, contact }));
    },
  );
  typed(app).post(
    '/api/privacy/requests/codes',
    {
      config: open,
      schema: {
        operationId: 'resendRequestCode',
        tags,
        summary: 'Send another code to the contact of a request',
        body: wire.referenceBody,
        response: { 202: z.null() },
      },
    },
    async ({ ctx, body }, reply) => {
      await resendContactCode(ctx, body.reference);
      return reply.code(202).send(null);
    },
  );
  typed(app).post(
    '/api/privacy/requests/enter',
    {
      config: open,
      schema: {
        operationId: 'enterRequest',
        tags,
        summary: 'Open a request with the code that was sent; the answer holds a new secret link',
        querystring: wire.languageQuery,
        body: wire.enterBody,
        response: { 200: z.object({ accessKey: z.string(), case: wire.caseSchema }) },
      },
    },
    async ({ ctx, body, query }) => {
      const { accessKey } = await enterCase(ctx, body);
      const { row, steps } = await readOwnCase(ctx, { reference: body.reference, accessKey });
      return { accessKey, case: viewCase(row, steps, now(ctx), query.lang) };
    },
  );
  keyRoutes(app);
}

/** What the holder of the secret link can do. */
function keyRoutes(app: FastifyInstance): void {
  typed(app).post(
    '/api/privacy/requests/read',
    {
      config: open,
      schema: {
        operationId: 'readRequest',
        tags,
        summary: 'A request, with every step and letter',
        querystring: wire.languageQuery,
        body: wire.keyBody,
        response: { 200: wire.caseSchema },
      },
    },
    async ({ ctx, body, query }) => {
      const { row, steps } = await readOwnCase(ctx, body);
      return viewCase(row, steps, now(ctx), query.lang);
    },
  );
  typed(app).post(
    '/api/privacy/requests/confirm-account',
    {
      config: open,
      schema: {
        operationId: 'confirmRequestAccount',
        tags,
        summary: 'Enter the code that went to a channel the named account holds',
        querystring: wire.languageQuery,
        body: wire.keyCodeBody,
        response: { 200: wire.caseSchema },
      },
    },
    async ({ ctx, body, query }) => {
      await confirmAccount(ctx, body);
      const { row, steps } = await readOwnCase(ctx, body);
      return viewCase(row, steps, now(ctx), query.lang);
    },
  );
  typed(app).post(
    '/api/privacy/requests/answers',
    {
      config: open,
      schema: {
        operationId: 'answerRequest',
        tags,
        summary: 'Answer a question about a request, or add to it',
        querystring: wire.languageQuery,
        body: wire.keyAnswerBody,
        response: { 200: wire.caseSchema },
      },
    },
    async ({ ctx, body, query }) => {
      const { row, steps } = await answerCase(ctx, body, body.text);
      return viewCase(row, steps, now(ctx), query.lang);
    },
  );
  typed(app).post(
    '/api/privacy/requests/withdraw',
    {
      config: open,
      schema: {
        operationId: 'withdrawRequest',
        tags,
        summary: 'Take a request back',
        querystring: wire.languageQuery,
        body: wire.keyBody,
        response: { 200: wire.caseSchema },
      },
    },
    async ({ ctx, body, query }) => {
      const { row, steps } = await withdrawCase(ctx, body);
      return viewCase(row, steps, now(ctx), query.lang);
    },
  );
}
