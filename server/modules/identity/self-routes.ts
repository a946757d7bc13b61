import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Config } from '../../config/config.ts';
import { pageOf, typed } from '../../kernel/http.ts';
import { changePassword } from './change-password.ts';
import { changeSelf } from './change-self.ts';
import { sendConfirmationCode } from './confirm-identity.ts';
import { contactOf } from './contacts.ts';
import { removeFirstPassword } from './first-password.ts';
import { languageOf } from './request-language.ts';
import { whoAmI } from './self.ts';
import { endOtherSessions, endSession, listSessions } from './sessions.ts';
import * as wire from './wire.ts';

const tags = ['identity'];
const nothing = z.null();

/** What logged-in persons see and change about themselves. */
export function selfRoutes(app: FastifyInstance, { config }: { readonly config: Config }): void {
  typed(app).get(
    '/api/identity/me',
    {
      schema: { operationId: 'getMe', tags, summary: 'Who is logged in', response: { 200: wire.selfSchema } },
    },
    async (request) => whoAmI(request.ctx),
  );
  typed(app).patch(
    '/api/identity/me',
    {
      schema: {
        operationId: 'changeMe',
        tags,
        summary:
          'Change your profile; a new username, phone or e-mail address needs a proof, the latter two the code sent to them',
        body: wire.changeSelfSchema,
        response: { 200: wire.selfSchema },
      },
    },
    async (request) => {
      const { phone, email, code, proof, ...profile } = request.body;
      const contact = contactOf({ phone, email });
      return changeSelf(request.ctx, {
        ...profile,
        contact: contact === undefined ? undefined : { contact, code: code ?? '' },
        proof,
      });
    },
  );
  typed(app).post(
    '/api/identity/me/password',
    {
      schema: {
        operationId: 'changePassword',
        tags,
        summary: 'Change the password with a proof; other sessions end',
        body: wire.changePasswordSchema,
        response: { 204: nothing },
      },
    },
    async (request, reply) => {
      await changePassword(request.ctx, request.body);
      await removeFirstPassword(request.ctx, config);
      return reply.code(204).send(null);
    },
  );
  typed(app).post(
    '/api/identity/confirmation-codes',
    {
      schema: {
        operationId: 'sendConfirmationCode',
        tags,
        summary: 'Send yourself a code that confirms an export or an erasure',
        body: wire.sendConfirmationCodeSchema,
        response: { 202: z.object({ channel: z.enum(['sms', 'mail']), resendAfterSeconds: z.int() }) },
      },
    },
    async (request, reply) => {
      const { channel, language = languageOf(request) } = request.body;
      return reply.code(202).send(await sendConfirmationCode(request.ctx, { channel, language }));
    },
  );
  typed(app).get(
    '/api/identity/sessions',
    {
      schema: {
        operationId: 'listSessions',
        tags,
        summary: 'Where you are logged in',
        response: { 200: pageOf(wire.sessionSchema) },
      },
    },
    async (request) => listSessions(request.ctx),
  );
  typed(app).post(
    '/api/identity/sessions/revoke-others',
    {
      schema: {
        operationId: 'endOtherSessions',
        tags,
        summary: 'End every session but this one',
        response: { 204: nothing },
      },
    },
    async (request, reply) => {
      await endOtherSessions(request.ctx);
      return reply.code(204).send(null);
    },
  );
  typed(app).delete(
    '/api/identity/sessions/:sessionId',
    {
      schema: {
        operationId: 'endSession',
        tags,
        summary: 'End one session',
        params: wire.sessionParams,
        response: { 204: nothing },
      },
    },
    async (request, reply) => {
      await endSession(request.ctx, request.params);
      return reply.code(204).send(null);
    },
  );
}
