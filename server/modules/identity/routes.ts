import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Config } from '../../config.ts';
import { pageOf, pageSchema, typed } from '../../kernel/http.ts';
import { changePassword } from './change-password.ts';
import { changeSelf } from './change-self.ts';
import { sendConfirmationCode } from './confirm-identity.ts';
import { sendCode } from './codes.ts';
import { type Contact, contactOf } from './contacts.ts';
import { clearSessionCookie, identityHooks, nameDevice, setDeviceCookie, setSessionCookie } from './hooks.ts';
import { operatorRoutes } from './operator-routes.ts';
import { apiKeyRoutes } from './api-key-routes.ts';
import { undoContactChange } from './credential-changes.ts';
import { login } from './login.ts';
import { recover } from './recover.ts';
import { type Policy, register } from './register.ts';
import { whoAmI } from './self.ts';
import { endOtherSessions, endSession, listSessions, logout, type OpenedSession } from './sessions.ts';
import { listTenants } from './tenants.ts';
import * as wire from './wire.ts';

export interface IdentityDeps {
  readonly config: Config;
  /** The policy text in force. It is published above this module, so it is handed down. */
  readonly policies: { forNewcomers(): Promise<Policy> };
}

const tags = ['identity'];
const open = { access: 'open' } as const;
const nothing = z.null();

/** Installs the hooks that say who calls, for every module, and identity's own routes. */
export function identityRoutes(app: FastifyInstance, deps: IdentityDeps): void {
  identityHooks(app, deps);
  signInRoutes(app, deps);
  selfRoutes(app);
  apiKeyRoutes(app);
}

function signInRoutes(app: FastifyInstance, { config, policies }: IdentityDeps): void {
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

function selfRoutes(app: FastifyInstance): void {
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
        summary: 'Change your profile; a new phone or e-mail address needs the code sent to it and a proof',
        body: wire.changeSelfSchema,
        response: { 200: wire.selfSchema },
      },
    },
    async (request) => {
      const { phone, email, code, proof, ...profile } = request.body;
      const contact = contactOf({ phone, email });
      return changeSelf(request.ctx, {
        ...profile,
        contact: contact === undefined ? undefined : { contact, code: code ?? '', proof },
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
      return reply.code(204).send(null);
    },
  );
  operatorRoutes(app);
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
  typed(app).get(
    '/api/identity/tenants',
    {
      schema: {
        operationId: 'listTenants',
        tags,
        summary: 'Accounts of this installation (operator)',
        querystring: pageSchema.extend({ query: z.string().max(100).optional() }),
        response: { 200: pageOf(wire.tenantSchema) },
      },
    },
    async (request) => listTenants(request.ctx, request.query),
  );
}

/** The schema has seen to it that there is one. */
function oneContact(body: { phone?: string | undefined; email?: string | undefined }): Contact {
  const contact = contactOf(body);
  if (contact === undefined) throw new Error('a contact was checked and is missing');
  return contact;
}

function languageOf(request: FastifyRequest): 'zh-CN' | 'en' {
  return /^en\b/i.test(request.headers['accept-language'] ?? '') ? 'en' : 'zh-CN';
}
