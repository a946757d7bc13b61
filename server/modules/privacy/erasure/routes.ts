import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { exportList } from '../../../kernel/export-list.ts';
import { pageOf, pageSchema, typed } from '../../../kernel/http.ts';
import { idSchema } from '../../../kernel/id.ts';
import { inBothLanguages, wordInBothLanguages } from '../../../kernel/list-files.ts';
import { proofSchema } from '../../identity/index.ts';
import { confirmErasure, erasureGrounds } from './confirm-erasure.ts';
import { eraseKind, listDeletableKinds } from './erase-kind.ts';
import { followErasure, readCertificate } from './follow-erasure.ts';
import { listErasures, retryErasure } from './manage-erasures.ts';
import { previewErasure } from './preview-erasure.ts';
import * as wire from './wire.ts';
import { erasureOriginWords, erasureStateWords } from './words.ts';

const tags = ['privacy'];
const referenceBody = z.object({ reference: z.string().max(100) });

/** Erasing oneself and closing the account, following it afterwards, and the operators' list. */
export function erasureRoutes(app: FastifyInstance, settings: { readonly backupDays: number }): void {
  const routes = typed(app);
  routes.post(
    '/api/privacy/erasure/preview',
    {
      schema: {
        operationId: 'previewErasure',
        tags,
        summary: 'What erasing you would delete at once, what a law keeps and until when (POOL-sec-6)',
        querystring: wire.languageQuery,
        response: { 200: wire.previewSchema },
      },
    },
    async ({ ctx, query }) => previewErasure(ctx, query.lang),
  );
  routes.post(
    '/api/privacy/erasure/confirm',
    {
      schema: {
        operationId: 'confirmErasure',
        tags,
        summary: 'Erase everything held about you and close the account, at once and for good (CHIPL-8.4)',
        body: z.object({
          proof: proofSchema,
          promiseHash: z.string().max(100),
          ground: z.enum(erasureGrounds).default('person-request'),
          acknowledgedBalanceMicros: wire.microsSchema.default(0n),
        }),
        response: { 202: wire.confirmedSchema },
      },
    },
    async ({ ctx, body }, reply) => reply.code(202).send(await confirmErasure(ctx, body, settings)),
  );
  routes.get(
    '/api/privacy/erasure/kinds',
    {
      schema: {
        operationId: 'listDeletableKinds',
        tags,
        summary: 'What you may delete while the account goes on',
        querystring: wire.languageQuery,
        response: { 200: z.object({ items: z.array(wire.kindSchema) }) },
      },
    },
    async ({ ctx, query }) => ({ items: await listDeletableKinds(ctx, query.lang) }),
  );
  routes.post(
    '/api/privacy/erasure/kinds',
    {
      schema: {
        operationId: 'eraseKind',
        tags,
        summary: 'Delete one kind of your data, while the account goes on',
        body: z.object({ kind: z.string().max(100) }),
        response: { 200: wire.erasedKindSchema },
      },
    },
    async ({ ctx, body }) => eraseKind(ctx, body.kind),
  );
  followRoutes(app);
  managingRoutes(app);
}

/** With the reference that was shown once. It is a secret, so it travels in a body and never in an address. */
function followRoutes(app: FastifyInstance): void {
  const routes = typed(app);
  routes.post(
    '/api/privacy/erasure/status',
    {
      config: { access: 'open' },
      schema: {
        operationId: 'followErasure',
        tags,
        summary: 'How far an erasure is, also when the account is gone',
        body: referenceBody,
        response: { 200: wire.statusSchema },
      },
    },
    async ({ ctx, body }) => followErasure(ctx, body.reference),
  );
  routes.post(
    '/api/privacy/erasure/certificate',
    {
      config: { access: 'open' },
      schema: {
        operationId: 'readErasureCertificate',
        tags,
        summary: 'The signed certificate of an erasure, for the holder of its reference',
        body: referenceBody,
        response: { 200: wire.certificateSchema },
      },
    },
    async ({ ctx, body }) => ({ certificate: await readCertificate(ctx, body.reference) }),
  );
}

function managingRoutes(app: FastifyInstance): void {
  const routes = typed(app);
  routes.get(
    '/api/privacy/erasures',
    {
      schema: {
        operationId: 'listErasures',
        tags,
        summary: 'Erasures of this installation, newest first: how far, and where something is left',
        querystring: pageSchema.extend(wire.managedFilter.shape),
        response: { 200: pageOf(wire.managedSchema) },
      },
    },
    async ({ ctx, query }) => listErasures(ctx, query),
  );
  exportList(app, {
    path: '/api/privacy/erasures',
    name: 'Erasures',
    tags,
    summary: 'Erasures of this installation',
    fileName: 'erasures',
    filter: wire.managedFilter,
    item: wire.managedSchema,
    readPage: listErasures,
    columns: [
      ['id 编号', (row) => row.erasureId],
      ['state 状态', (row) => wordInBothLanguages(erasureStateWords, row.state)],
      ['origin 来源', (row) => wordInBothLanguages(erasureOriginWords, row.origin)],
      ['started 开始时间 (UTC+8)', (row) => row.createdAt],
      ['certified 证明时间 (UTC+8)', (row) => row.certifiedAt],
      ['residue 残留', (row) => row.residue.map(({ title }) => inBothLanguages(title)).join('; ')],
      [
        'failed_in 失败步骤',
        (row) => (row.failedIn === null ? null : wordInBothLanguages(erasureStateWords, row.failedIn)),
      ],
    ],
  });
  routes.post(
    '/api/privacy/erasures/:erasureId/retry',
    {
      schema: {
        operationId: 'retryErasure',
        tags,
        summary: 'Let a failed erasure go on, once the cause is removed',
        params: z.object({ erasureId: idSchema('erase') }),
        response: { 202: wire.statusSchema },
      },
    },
    async ({ ctx, params }, reply) => reply.code(202).send(await retryErasure(ctx, params)),
  );
}
