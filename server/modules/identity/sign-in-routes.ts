import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Config } from '../../config/config.ts';
import { typed } from '../../kernel/http.ts';
import { sendCode } from './codes.ts';
import { type Contact, contactOf } from './contacts.ts';
import { undoContactChange } from './credential-changes.ts';
import { clearSessionCookie, nameDevice, setDeviceCookie, setSessionCookie } from './hooks.ts';
import { login } from './login.ts';
import { recover } from './recover.ts';
import { type Policy, register } from './register.ts';
import { languageOf } from './request-language.ts';
import { logout, type OpenedSession } from './sessions.ts';
import * as wire from './wire.ts';

export interface IdentityDeps {
  readonly config: Config;
  /** The policy text in force. It is published above this module, so it is handed down. */
  readonly policies: { forNewcomers(): Promise<Policy> };
}

const tags = ['identity'];
const open = { access: 'open' } as const;
const nothing = z.null();

/** The ways in and out, for callers without a session. */
export function signInRoutes(app: FastifyInstance, { config, policies }: IdentityDeps): void {
  const answer = (request: FastifyRequest, reply: FastifyReply, { token, user }: OpenedSession) => {
    setSessionCookie(reply, config, token);
    setDeviceCookie(request, reply, config, user.id);
    return { user };
  };
  typed(app).get(
    '/api/identity/policy',
    {
      config: open,
      schema: {
        operationId: 'getPolicy',
        tags,
        summary: 'The privacy policy in force',
        response: { 200: wire.policySchema },
      },
    },
    async () => ({
      ...(await policies.forNewcomers()),
      titles: { zh: '隐私政策', en: 'Privacy policy' },
      url: '/privacy/policy',
    }),
  );
  typed(app).post(
    '/api/identity/codes',
    {
      config: open,
      schema: {
        operationId: 'sendCode',
        tags,
        summary: 'Send a one-time code to a phone or an e-mail address',
        body: wire.sendCodeSchema,
        response: { 202: z.object({ resendAfterSeconds: z.int() }) },
      },
    },
    async (request, reply) => {
      const { use, language = languageOf(request) } = request.body;
      return reply.code(202).send(
        await sendCode(nameDevice(request, reply, config), {
          contact: oneContact(request.body),
          use,
          language,
        }),
      );
    },
  );
  typed(app).post(
    '/api/identity/register',
    {
      config: open,
      schema: {
        operationId: 'register',
        tags,
        summary: 'Open an account',
        body: wire.registerSchema,
        response: { 201: z.object({ user: wire.userSchema }) },
      },
    },
    async (request, reply) =>
      reply
        .code(201)
        .send(
          answer(request, reply, await register(request.ctx, request.body, await policies.forNewcomers())),
        ),
  );
  typed(app).post(
    '/api/identity/login',
    {
      config: open,
      schema: {
        operationId: 'login',
        tags,
        summary: 'Log in',
        body: wire.loginSchema,
        response: { 200: z.object({ user: wire.userSchema }) },
      },
    },
    async (request, reply) => answer(request, reply, await login(request.ctx, request.body)),
  );
  typed(app).post(
    '/api/identity/recover',
    {
      config: open,
      schema: {
        operationId: 'recover',
        tags,
        summary: 'Set a new password with a code',
        body: wire.recoverSchema,
        response: { 204: nothing },
      },
    },
    async (request, reply) => {
      const { code, newPassword } = request.body;
      await recover(request.ctx, { contact: oneContact(request.body), code, newPassword });
      return reply.code(204).send(null);
    },
  );
  typed(app).post(
    '/api/identity/contact-changes/undo',
    {
      config: open,
      schema: {
        operationId: 'undoContactChange',
        tags,
        summary: 'Undo a change of phone or e-mail address, with the link sent to the earlier contact',
        body: z.object({ token: z.string().min(1).max(100) }),
        response: { 204: nothing },
      },
    },
    async (request, reply) => {
      await undoContactChange(request.ctx, request.body);
      return reply.code(204).send(null);
    },
  );
  typed(app).post(
    '/api/identity/logout',
    {
      config: open,
      schema: { operationId: 'logout', tags, summary: 'End this session', response: { 204: nothing } },
    },
    async (request, reply) => {
      await logout(request.ctx);
      clearSessionCookie(reply, config);
      return reply.code(204).send(null);
    },
  );
}

/** The schema has seen to it that there is one. */
function oneContact(body: { phone?: string | undefined; email?: string | undefined }): Contact {
  const contact = contactOf(body);
  if (contact === undefined) throw new Error('a contact was checked and is missing');
  return contact;
}
