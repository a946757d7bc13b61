import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { type Ctx, now } from '../../../kernel/context.ts';
import { idSchema } from '../../../kernel/id.ts';
import { pageOf, pageSchema, typed } from '../../../kernel/http.ts';
import { listQueue, readCaseAsOfficer, summariseQueue } from './case-queue.ts';
import type { Case } from './case-store.ts';
import { viewCaseForOfficer, viewHead } from './case-view.ts';
import { eraseForCase } from './erase-for-case.ts';
import { matchCase } from './match-case.ts';
import * as wire from './wire.ts';
import {
  acceptCase,
  addNote,
  askPerson,
  closeCase,
  decideCase,
  refuseCase,
  writeToPerson,
} from './work-cases.ts';

const tags = ['privacy'];
const params = z.object({ queuedCaseId: idSchema('case') });

/** The officer's desk. Lists show no word of a person; reading a case needs a reason, which the person sees. */
export function officerRoutes(app: FastifyInstance, settings: { readonly backupDays: number }): void {
  typed(app).get(
    '/api/privacy/queue',
    {
      schema: {
        operationId: 'listCaseQueue',
        tags,
        summary: 'Requests that wait for an officer, the most pressing first',
        querystring: pageSchema.extend(wire.languageQuery.shape).extend(wire.queueQuery.shape),
        response: { 200: pageOf(wire.caseHeadSchema) },
      },
    },
    async ({ ctx, query }) => {
      const { items, nextCursor } = await listQueue(ctx, { ...query, isOverdue: query.overdue });
      return { items: items.map((row) => viewHead(row, now(ctx), query.lang)), nextCursor };
    },
  );
  typed(app).get(
    '/api/privacy/queue/summary',
    {
      schema: {
        operationId: 'summariseCaseQueue',
        tags,
        summary: 'How many requests are open and overdue, and whether the calendar is complete',
        response: { 200: wire.queueSummarySchema },
      },
    },
    async ({ ctx }) => summariseQueue(ctx),
  );
  typed(app).get(
    '/api/privacy/queue/:queuedCaseId',
    {
      schema: {
        operationId: 'readQueuedCase',
        tags,
        summary: 'A request with everything that was written; say why in x-candor-reason',
        params,
        querystring: wire.languageQuery,
        response: { 200: wire.officerCaseSchema },
      },
    },
    async ({ ctx, params: { queuedCaseId }, query }) => {
      const { row, steps } = await readCaseAsOfficer(ctx, queuedCaseId);
      return viewCaseForOfficer(row, steps, now(ctx), query.lang);
    },
  );
  step(app, 'accept', 'acceptCase', 'The identity or the entitlement is shown', wire.acceptBody, acceptCase);
  step(app, 'match', 'matchCase', 'Look for the account of the request', wire.officerNoteBody, matchCase);
  step(app, 'ask', 'askPerson', 'Ask the person for something', wire.officerTextBody, askPerson);
  step(app, 'decide', 'decideCase', 'Grant the request and carry it out', wire.officerNoteBody, decideCase);
  step(app, 'refuse', 'refuseCase', 'Say no, on a ground of the law', wire.refuseBody, refuseCase);
  step(app, 'close', 'closeCase', 'End a request that was answered', wire.closeBody, closeCase);
  step(app, 'letters', 'writeToPerson', 'Write to the person', wire.officerTextBody, writeToPerson);
  step(app, 'notes', 'addCaseNote', 'Note something for the next officer', wire.officerNoteBody, addNote);
  step(app, 'erase', 'eraseForCase', 'Erase the person the request is about', wire.eraseBody, (ctx, input) =>
    eraseForCase(ctx, input, settings),
  );
}

/** One step of an officer: the same address, answer and check for each of them. */
function step<Input extends object>(
  app: FastifyInstance,
  name: string,
  operationId: string,
  summary: string,
  body: z.ZodType<Input>,
  verb: (ctx: Ctx, input: Input & { caseId: string }) => Promise<Case>,
): void {
  typed(app).post(
    `/api/privacy/queue/:queuedCaseId/${name}`,
    {
      schema: {
        operationId,
        tags,
        summary,
        params,
        querystring: wire.languageQuery,
        body,
        response: { 200: wire.caseHeadSchema },
      },
    },
    async ({ ctx, params: { queuedCaseId }, query, body: input }) =>
      viewHead(await verb(ctx, { ...validated(body, input), caseId: queuedCaseId }), now(ctx), query.lang),
  );
}

/** Guarantee: the validator has put the output of the body's own schema there, which types cannot follow. */
function validated<Input>(_schema: z.ZodType<Input>, input: unknown): Input {
  return input as Input;
}
