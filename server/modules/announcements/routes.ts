import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { instantSchema, pageOf, pageSchema, typed } from '../../kernel/http.ts';
import { idSchema } from '../../kernel/id.ts';
import type { ModuleDeps } from '../../declare/define-module.ts';
import { inForceOf, type ReadInForce } from '../privacy/index.ts';
import { newsStates } from './schema.ts';
import { unsubscribe } from './unsubscribe.ts';
import { unsubscribePage } from './unsubscribe-page.ts';
import { listNews, startSending, writeNews } from './write-news.ts';

const titleSchema = z
  .string()
  .trim()
  .min(1)
  .max(120)
  .regex(/^[^\r\n]*$/, 'must be one line');
const textSchema = z.string().trim().min(1).max(20_000);
const newsTextSchema = z.object({
  titleZh: titleSchema,
  titleEn: titleSchema,
  bodyZh: textSchema,
  bodyEn: textSchema,
});

const newsSchema = newsTextSchema
  .extend({
    id: z.string(),
    state: z.enum(newsStates),
    createdAt: instantSchema,
    startedAt: instantSchema.nullable(),
    finishedAt: instantSchema.nullable(),
  })
  .meta({ id: 'News' });

const tags = ['announcements'];

export function announcementsRoutes(
  app: FastifyInstance,
  deps: Pick<ModuleDeps, 'policies' | 'config'>,
): void {
  const { publicUrl } = deps.config;
  const routes = typed(app);

  routes.get(
    '/api/announcements/news',
    {
      schema: {
        operationId: 'listNews',
        tags,
        summary: 'Product news of this installation, newest first (operator)',
        querystring: pageSchema,
        response: { 200: pageOf(newsSchema) },
      },
    },
    async ({ ctx, query }) => listNews(ctx, query),
  );

  routes.post(
    '/api/announcements/news',
    {
      schema: {
        operationId: 'writeNews',
        tags,
        summary: 'Write product news in both languages, as a draft (operator)',
        body: newsTextSchema,
        response: { 201: newsSchema },
      },
    },
    async ({ ctx, body }, reply) => reply.code(201).send(await writeNews(ctx, body)),
  );

  routes.post(
    '/api/announcements/news/:newsId/send',
    {
      schema: {
        operationId: 'sendNews',
        tags,
        summary: 'Send news once, to every person who agrees to product news while it is sent (operator)',
        params: z.object({ newsId: idSchema('news') }),
        response: { 202: newsSchema },
      },
    },
    async ({ ctx, params }, reply) => reply.code(202).send(await startSending(ctx, { ...params, publicUrl })),
  );

  unsubscribeRoutes(app, inForceOf(deps));
}

const unsubscribeParams = z.object({ token: z.string().max(200) });
const pageLanguage = z.object({ lang: z.enum(['zh', 'en']).catch('zh') });

/** Outside /api, because a mail client that unsubscribes with one click sends no session and no JSON (RFC 8058). */
function unsubscribeRoutes(app: FastifyInstance, inForce: ReadInForce): void {
  void app.register(async (scope) => {
    // What is in the body says nothing the address has not said.
    scope.addContentTypeParser(
      ['application/x-www-form-urlencoded', 'multipart/form-data'],
      (_request, payload, done) => {
        payload.resume();
        done(null, null);
      },
    );
    const routes = typed(scope);
    const schema = { hide: true, params: unsubscribeParams, querystring: pageLanguage };
    routes.get('/unsubscribe/:token', { config: { access: 'open' }, schema }, async ({ query }, reply) =>
      reply.type('text/html; charset=utf-8').send(unsubscribePage(query.lang, false)),
    );
    routes.post(
      '/unsubscribe/:token',
      { config: { access: 'open' }, schema },
      async ({ ctx, params, query }, reply) => {
        await unsubscribe(ctx, await inForce(), params.token);
        return reply.type('text/html; charset=utf-8').send(unsubscribePage(query.lang, true));
      },
    );
  });
}
