import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { typed } from '../../kernel/http.ts';
import { idSchema } from '../../kernel/id.ts';
import { authorize } from '../../declare/permissions.ts';
import { notFound } from '../../kernel/problem.ts';
import type { LogKeeper } from './log-keeper.ts';
import { type AuditReport, isIntact } from './verify-audit-log.ts';
import { headView, proveGrowth, proveLeaf, proveOwnEntry, readHead } from './prove.ts';

const sizeSchema = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const hashSchema = z.string().meta({ description: 'SHA-256 in hex' });

const headSchema = z
  .object({
    size: z.int(),
    root: hashSchema,
    signedAt: z.string(),
    signedHead: z.string().meta({ description: 'JWS; the public keys are at /.well-known/candor-keys.json' }),
  })
  .meta({ id: 'AuditLogHead' });

const inclusionSchema = z
  .object({ leafIndex: z.int(), leafHash: hashSchema, proof: z.array(hashSchema), head: headSchema })
  .meta({
    id: 'AuditInclusionProof',
    description: 'Path of RFC 6962 §2.1.1 from the leaf to the signed root',
  });

const growthSchema = z
  .object({
    first: z.int(),
    second: z.int(),
    firstRoot: hashSchema,
    secondRoot: hashSchema,
    proof: z.array(hashSchema),
  })
  .meta({ id: 'AuditConsistencyProof', description: 'Proof of RFC 6962 §2.1.2' });

/** An entry as it is hashed: leaf = SHA-256(0x00 ‖ JCS(entry)). */
export const loggedEntrySchema = z
  .object({
    envelope: z.object({
      seq: z.int(),
      id: z.string(),
      at: z.string(),
      type: z.string(),
      actorRef: z.string().nullable(),
      aboutRef: z.string().optional(),
      subjectRef: z.string().nullish(),
      tenantRef: z.string().nullish(),
      targetRef: z.string().nullish(),
      requestId: z.string().nullish(),
      registryHash: z.string(),
    }),
    ciphertext: z.string(),
  })
  .meta({ id: 'LoggedEntry' });

export const referencesSchema = z
  .object({
    actor: z.string().nullable(),
    actorId: z.string().nullable(),
    actorSalt: z.string().nullable(),
    tenantId: z.string().nullable(),
    targetId: z.string().nullable(),
    subjectId: z.string().nullable(),
    requestId: z.string().nullable(),
    aboutSalt: z.string().nullable(),
  })
  .meta({
    id: 'LoggedReferences',
    description:
      'actorRef is sha256 of JCS([actorSalt, actor, actorId]), aboutRef of JCS([aboutSalt, tenantId, targetId, subjectId, requestId]); all null once the person is erased',
  });

const entryProofSchema = inclusionSchema
  .extend({ entry: loggedEntrySchema, references: referencesSchema })
  .meta({
    id: 'AuditEntryProof',
    description:
      'leafHash is SHA-256(0x00 ‖ JCS(entry)); with path and signed head it can be checked anywhere',
  });

const reportSchema = z
  .object({
    isIntact: z.boolean(),
    size: z.int().nullable().meta({ description: 'Leaves that were compared, null when one is bad' }),
    signedSize: z.int().meta({ description: 'Leaves below are as they were signed' }),
    fault: z.enum(['changed', 'deleted', 'misplaced', 'forked', 'truncated']).nullable(),
    firstBadLeaf: z.int().nullable(),
    badEntryId: z.string().nullable(),
    strangeHeads: z.array(z.string()).meta({ description: 'Where heads are that no known key has signed' }),
    areNodesWhole: z.boolean(),
    waiting: z.int(),
    unlogged: z.int(),
    lostTickets: z.array(z.string()),
    heads: z.int(),
    cuts: z
      .array(z.object({ from: z.int(), to: z.int(), at: z.string() }).meta({ id: 'AuditLogCut' }))
      .meta({ description: 'Restored backups that cut the log off, accepted by the operator' }),
    references: z
      .object({
        ended: z.int().meta({ description: 'Entries that have forgotten persons who were erased' }),
        unexplained: z
          .array(z.string())
          .meta({ description: 'Entries whose references were cleared, and no erasure has done that' }),
        unvouched: z.int().meta({ description: 'Entries that forgot before there were proofs' }),
        detailsMissing: z
          .array(z.string())
          .meta({ description: 'Entries whose details were deleted before their term' }),
      })
      .meta({
        id: 'ReferenceReport',
        description: 'What entries have forgotten, and whether there was a reason',
      }),
    staffReads: z
      .object({
        whole: z.int(),
        changed: z.array(z.string()).meta({ description: 'Records that are not as they were written' }),
        missing: z.array(z.string()).meta({ description: 'Records that are gone before their time' }),
        unexplained: z
          .int()
          .meta({ description: 'Records that are gone beyond those the log says were deleted' }),
        unreadable: z
          .int()
          .meta({ description: 'Records whose reason cannot be read any more: the key was destroyed' }),
        unvouched: z.int().meta({ description: 'Records from before the log vouched for them' }),
      })
      .meta({ id: 'StaffReadReport', description: 'Who of the staff looked, compared with the log' }),
  })
  .meta({ id: 'AuditReport' });

/** Proofs about the log: hashes for anyone, the bytes of an entry for the account it belongs to. */
export function logRoutes(app: FastifyInstance, keeper: LogKeeper): void {
  const routes = typed(app);

  routes.get(
    '/api/audit/log/head',
    {
      config: { access: 'open' },
      schema: {
        operationId: 'readAuditLogHead',
        tags: ['audit'],
        summary: 'Size and root of the audit log, signed',
        response: { 200: headSchema },
      },
    },
    async (request) => readHead(request.ctx),
  );

  routes.get(
    '/api/audit/log/entries/:leafIndex/proof',
    {
      config: { access: 'open' },
      schema: {
        operationId: 'proveAuditLeaf',
        tags: ['audit'],
        summary: 'That a leaf is in the signed log',
        params: z.object({ leafIndex: sizeSchema }),
        response: { 200: inclusionSchema },
      },
    },
    async (request) => proveLeaf(request.ctx, request.params.leafIndex),
  );

  routes.get(
    '/api/audit/log/consistency',
    {
      config: { access: 'open' },
      schema: {
        operationId: 'proveAuditConsistency',
        tags: ['audit'],
        summary: 'That a later log only appends to an earlier one',
        querystring: z.object({ first: sizeSchema, second: sizeSchema }),
        response: { 200: growthSchema },
      },
    },
    async (request) => proveGrowth(request.ctx, request.query),
  );

  routes.get(
    '/api/audit/entries/:auditEntryId/proof',
    {
      schema: {
        operationId: 'proveAuditEntry',
        tags: ['audit'],
        summary: 'An entry of your account with everything needed to check it elsewhere',
        params: z.object({ auditEntryId: idSchema('audit') }),
        response: { 200: entryProofSchema },
      },
    },
    async (request) => proveOwnEntry(request.ctx, request.params),
  );

  routes.post(
    '/api/audit/log/heads',
    {
      schema: {
        operationId: 'signAuditLogHead',
        tags: ['audit', 'operator'],
        summary: 'Sign the log now and publish it to the anchors',
        response: { 200: headSchema },
      },
    },
    async (request) => {
      authorize(request.ctx, 'audit:sign-log');
      const head = await keeper.sign();
      if (head === null) throw notFound();
      return headView(head);
    },
  );

  routes.post(
    '/api/audit/log/verifications',
    {
      schema: {
        operationId: 'verifyAuditLog',
        tags: ['audit', 'operator'],
        summary: 'Read the whole log and compare it with everything that was signed of it',
        response: { 200: reportSchema },
      },
    },
    async (request) => {
      authorize(request.ctx, 'audit:sign-log');
      return reportView(await keeper.verify());
    },
  );
}

function reportView({
  verdict,
  strangeHeads,
  lostTickets,
  staffReads,
  references,
  cuts,
  ...facts
}: AuditReport) {
  const { signedSize } = verdict;
  const found = verdict.isIntact
    ? { size: verdict.size, fault: null, firstBadLeaf: null }
    : { size: null, fault: verdict.fault, firstBadLeaf: verdict.firstBadLeaf };
  return {
    ...facts,
    ...found,
    signedSize,
    isIntact: isIntact({ verdict, strangeHeads, lostTickets, staffReads, references, cuts, ...facts }),
    strangeHeads: [...strangeHeads],
    lostTickets: [...lostTickets],
    cuts: [...cuts],
    references: {
      ...references,
      unexplained: [...references.unexplained],
      detailsMissing: [...references.detailsMissing],
    },
    staffReads: { ...staffReads, changed: [...staffReads.changed], missing: [...staffReads.missing] },
  };
}
