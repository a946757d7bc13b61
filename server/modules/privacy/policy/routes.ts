import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { instantSchema, typed } from '../../../kernel/http.ts';
import { authorize } from '../../../declare/permissions.ts';
import { changeInstallation } from './change-installation.ts';
import { installationSchema, unnamedInstallation } from './installation.ts';
import type { Policies } from './policies.ts';
import { changeClasses, changeKinds } from './policy-change.ts';
import { readInstallation } from './publish-policy.ts';
import { comparePolicies, listPolicies, readPolicy } from './read-policies.ts';

const open = { access: 'open' } as const;
const tags = ['privacy'];
const languageSchema = z.object({ lang: z.enum(['zh', 'en']).default('zh') });
const hashSchema = z.string().regex(/^[0-9a-f]{64}$/);

const versionFields = {
  version: z.string(),
  hash: z.string(),
  registryHash: z.string(),
  effectiveAt: instantSchema,
};
const changeSchema = z
  .object({
    class: z.enum(changeClasses),
    changes: z.array(z.object({ kind: z.enum(changeKinds), about: z.string() })).readonly(),
  })
  .meta({ id: 'PolicyChange' });
const sectionsSchema = z
  .array(z.object({ key: z.string(), title: z.string(), paragraphs: z.array(z.string()).readonly() }))
  .readonly();
const groupsSchema = z
  .array(
    z.object({
      key: z.string(),
      title: z.string(),
      rows: z
        .array(
          z.object({
            fields: z.array(z.string()).readonly(),
            method: z.string(),
            purpose: z.string(),
            basis: z.string(),
            retention: z.string(),
            afterExpiry: z.string(),
            recipients: z.array(z.string()).readonly(),
            sensitive: z.boolean(),
          }),
        )
        .readonly(),
    }),
  )
  .readonly();
const collectionListSchema = z
  .object({ ...versionFields, groups: groupsSchema })
  .meta({ id: 'CollectionList' });
const policySchema = z.object({ ...versionFields, sections: sectionsSchema }).meta({ id: 'PrivacyPolicy' });
const keptPolicySchema = z
  .object({ ...versionFields, change: changeSchema, sections: sectionsSchema, groups: groupsSchema })
  .meta({ id: 'KeptPolicy' });
const standingSchema = z
  .object({
    version: z.string(),
    hash: z.string(),
    acceptedVersion: z.string().nullable(),
    mustAccept: z.boolean(),
    change: changeSchema.nullable(),
  })
  .meta({ id: 'PolicyStanding' });

/** The policy in force, every earlier one, what a person has accepted, and who runs the installation. */
export function policyRoutes(app: FastifyInstance, policies: Policies): void {
  readingRoutes(app, policies);
  acceptingRoutes(app, policies);
  installationRoutes(app, policies);
}

function readingRoutes(app: FastifyInstance, policies: Policies): void {
  const routes = typed(app);
  routes.get(
    '/api/privacy/collection-list',
    {
      config: open,
      schema: {
        operationId: 'getCollectionList',
        tags,
        summary: 'What personal information is collected, how, why, until when and for whom (LIST-0)',
        querystring: languageSchema,
        response: { 200: collectionListSchema },
      },
    },
    async ({ query }) => {
      const { document, ...version } = await policies.current();
      return { ...version, groups: document[query.lang].groups };
    },
  );
  routes.get(
    '/api/privacy/policy',
    {
      config: open,
      schema: {
        operationId: 'getPrivacyPolicy',
        tags,
        summary: 'The privacy policy in force, generated from declarations and settings',
        querystring: languageSchema,
        response: { 200: policySchema },
      },
    },
    async ({ query }) => {
      const { document, ...version } = await policies.current();
      return { ...version, sections: document[query.lang].sections };
    },
  );
  routes.get(
    '/api/privacy/policies',
    {
      config: open,
      schema: {
        operationId: 'listPolicies',
        tags,
        summary: 'Every version of the policy there ever was, newest first',
        response: {
          200: z.object({
            items: z.array(
              z.object({
                version: z.string(),
                hash: z.string(),
                effectiveAt: instantSchema,
                change: changeSchema,
                isKept: z.boolean(),
              }),
            ),
          }),
        },
      },
    },
    async ({ ctx }) => {
      await policies.current();
      return { items: await listPolicies(ctx) };
    },
  );
  routes.get(
    '/api/privacy/policies/:hash',
    {
      config: open,
      schema: {
        operationId: 'readPolicy',
        tags,
        summary: 'One version of the policy, word for word, by its hash',
        params: z.object({ hash: hashSchema }),
        querystring: languageSchema,
        response: { 200: keptPolicySchema },
      },
    },
    async ({ ctx, params, query }) => {
      const { document, ...version } = await readPolicy(ctx, params.hash);
      return { ...version, ...document[query.lang] };
    },
  );
  routes.get(
    '/api/privacy/policies/:hash/changes',
    {
      config: open,
      schema: {
        operationId: 'comparePolicies',
        tags,
        summary: 'What differs between an earlier version and this one, in promise and in words',
        params: z.object({ hash: hashSchema }),
        querystring: languageSchema.extend({ since: hashSchema }),
        response: {
          200: z.object({
            change: changeSchema,
            sections: z
              .array(
                z.object({
                  title: z.string(),
                  removed: z.array(z.string()).readonly(),
                  added: z.array(z.string()).readonly(),
                }),
              )
              .readonly(),
          }),
        },
      },
    },
    async ({ ctx, params, query }) =>
      comparePolicies(ctx, { from: query.since, to: params.hash, language: query.lang }),
  );
}

function acceptingRoutes(app: FastifyInstance, policies: Policies): void {
  typed(app).get(
    '/api/privacy/policy-standing',
    {
      schema: {
        operationId: 'getPolicyStanding',
        tags,
        summary: 'Which version you accepted, and whether the one in force does more with your data',
        response: { 200: standingSchema },
      },
    },
    async ({ ctx }) => {
      authorize(ctx, 'privacy:accept-policy');
      return policies.standingOf(ctx);
    },
  );
  typed(app).post(
    '/api/privacy/policy-standing/accept',
    {
      schema: {
        operationId: 'acceptPolicy',
        tags,
        summary: 'Accept the version in force',
        body: z.object({ policyVersion: z.string().max(100) }),
        response: { 200: standingSchema },
      },
    },
    async ({ ctx, body }) => {
      authorize(ctx, 'privacy:accept-policy');
      return policies.accept(ctx, body.policyVersion);
    },
  );
}

function installationRoutes(app: FastifyInstance, policies: Policies): void {
  const answerSchema = z.object({ isNamed: z.boolean(), installation: installationSchema });
  typed(app).get(
    '/api/privacy/installation',
    {
      config: open,
      schema: {
        operationId: 'getInstallation',
        tags,
        summary: 'Who runs this installation and how to reach them',
        response: { 200: answerSchema },
      },
    },
    async ({ ctx }) => {
      const named = await readInstallation(ctx);
      return { isNamed: named !== null, installation: named ?? unnamedInstallation };
    },
  );
  typed(app).put(
    '/api/privacy/installation',
    {
      schema: {
        operationId: 'changeInstallation',
        tags,
        summary: 'Say who runs this installation; the policy that names it is published at once',
        body: installationSchema,
        response: { 200: answerSchema },
      },
    },
    async ({ ctx, body }) => {
      await changeInstallation(ctx, body);
      policies.changed();
      await policies.current();
      return { isNamed: true, installation: body };
    },
  );
}
