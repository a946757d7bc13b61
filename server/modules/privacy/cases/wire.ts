import { z } from 'zod';
import { idSchema } from '../../../kernel/id.ts';
import { flagSchema, forPrograms, instantSchema } from '../../../kernel/http.ts';
import { shownLine } from '../../../kernel/normal-form.ts';
import { emailSchema, phoneSchema, proofSchema } from '../../identity/index.ts';
import { microsSchema } from '../erasure/index.ts';
import { caseErasureGrounds } from './erase-for-case.ts';
import { letterKinds } from './letters.ts';
import { caseRoleNames, caseTypeNames } from './request-kinds.ts';
import { caseOutcomes, caseStates } from './states.ts';
import { stepKinds } from './step-tables.ts';
import { origins, verifications } from './tables.ts';

/** What the routes of cases take and give. */
export const languageQuery = z.object({ lang: z.enum(['zh', 'en']).default('zh') });

const longText = z.string().trim().min(1).max(5000);
const shortText = z.string().overwrite(shownLine).max(200);
const civilDateSchema = z.string().meta({ format: 'date' });
const codeSchema = z.string().regex(/^\d{6}$/, 'must be six digits');
const accessKeySchema = z.string().max(100);
const referenceSchema = idSchema('case');

const contentShape = {
  type: z.enum(caseTypeNames),
  role: z.enum(caseRoleNames).default('self'),
  description: longText,
  name: shortText.optional(),
  relation: shortText.optional(),
  account: shortText.optional(),
  language: z.enum(['zh', 'en']).default('zh'),
};

export const openCaseSchema = z.object({ ...contentShape, proof: proofSchema.optional() });

export const fileRequestSchema = z
  .object({ ...contentShape, phone: phoneSchema.optional(), email: emailSchema.optional() })
  .refine(
    ({ phone, email }) => (phone === undefined) !== (email === undefined),
    'must have either phone or email',
  );

/** Optional, so that a missing case is missing before a missing text is wrong. */
export const answerSchema = z.object({ text: z.string().trim().max(5000).default('') });
export const confirmSchema = z.object({ proof: proofSchema.optional() });

export const referenceBody = z.object({ reference: referenceSchema });
export const enterBody = z.object({ reference: referenceSchema, code: codeSchema });
const keyShape = { reference: referenceSchema, accessKey: accessKeySchema };
export const keyBody = z.object(keyShape);
export const keyCodeBody = z.object({ ...keyShape, code: codeSchema });
export const keyAnswerBody = z.object({ ...keyShape, text: longText });

export const filedSchema = z
  .object({
    reference: z.string(),
    receivedAt: instantSchema,
    dueOn: civilDateSchema,
    isProvisional: z.boolean(),
  })
  .meta({ id: 'FiledRequest' });

const headShape = {
  id: z.string(),
  type: z.enum(caseTypeNames),
  typeLabel: z.string(),
  role: z.enum(caseRoleNames),
  roleLabel: z.string(),
  state: z.enum(caseStates),
  stateLabel: z.string(),
  isOpen: z.boolean(),
  outcome: z.enum(caseOutcomes).nullable(),
  outcomeLabel: z.string().nullable(),
  receivedAt: instantSchema,
  closedAt: instantSchema.nullable(),
  dueOn: civilDateSchema,
  isProvisional: z.boolean(),
  isOverdue: z.boolean(),
  workingDaysLeft: z.int().nullable(),
};

export const caseHeadSchema = z.object(headShape).meta({ id: 'CaseHead' });

const stepShape = {
  at: instantSchema,
  kind: z.enum(stepKinds),
  label: z.string(),
  by: z.enum(['person', 'officer', 'system']),
  letterKind: z.enum(letterKinds).nullable(),
  text: z.string().nullable(),
};

const clockShape = { startedOn: civilDateSchema, dueOn: civilDateSchema, isProvisional: z.boolean() };

const caseShape = {
  ...headShape,
  description: z.string(),
  account: z.string().nullable(),
  clocks: z.object({
    decidedBy: z.enum(['receipt', 'verification']).meta(forPrograms),
    receipt: z.object(clockShape),
    verification: z.object({ ...clockShape, isPaused: z.boolean() }).nullable(),
  }),
  waitingFor: z.enum(['contact-code', 'account-code', 'step-up', 'answer', 'officer']).nullable(),
  mergedInto: z.string().nullable(),
  refusal: z.object({ code: z.string(), title: z.string(), law: z.string(), reason: z.string() }).nullable(),
  remedies: z.array(z.object({ key: z.string(), text: z.string() })),
};

export const caseSchema = z
  .object({ ...caseShape, timeline: z.array(z.object(stepShape)) })
  .meta({ id: 'PrivacyCase' });

export const officerCaseSchema = z
  .object({
    ...caseShape,
    origin: z.enum(origins).meta(forPrograms),
    aboutId: z.string().nullable(),
    contact: z.string(),
    channel: z.enum(['sms', 'mail']),
    name: z.string().nullable(),
    relation: z.string().nullable(),
    letterLanguage: z.enum(['zh', 'en']).meta(forPrograms),
    verifiedBy: z.enum(verifications).nullable(),
    contactConfirmedAt: instantSchema.nullable(),
    accountConfirmedAt: instantSchema.nullable(),
    grounds: z.array(z.object({ code: z.string(), title: z.string(), law: z.string() })),
    timeline: z.array(
      z.object({ ...stepShape, note: z.string().nullable(), actorId: z.string().nullable() }),
    ),
  })
  .meta({ id: 'OfficerCase' });

export const queueSummarySchema = z
  .object({
    open: z.int(),
    overdue: z.int(),
    dueToday: z.int(),
    waitingForPerson: z.int(),
    unverified: z.int(),
    calendarYearMissing: z.int().nullable(),
  })
  .meta({ id: 'CaseQueueSummary' });

export const queueQuery = z.object({
  state: z.enum(caseStates).optional(),
  type: z.enum(caseTypeNames).optional(),
  overdue: flagSchema.optional(),
});

export const officerTextBody = z.object({ text: longText });
export const officerNoteBody = z.object({ note: longText });
export const acceptBody = z.object({ basis: longText });
export const refuseBody = z.object({
  /** Judged by the verb, which answers with the grounds there are. */
  code: z.string().max(100).optional(),
  explanation: z.string().trim().max(5000).default(''),
});
export const closeBody = z.object({
  outcome: z.enum(caseOutcomes),
  results: longText,
  transfer: z
    .object({
      isConsentOrContractData: z.boolean(),
      isTechnicallyFeasible: z.boolean(),
      isHarmlessToOthers: z.boolean(),
    })
    .optional(),
});
/** Whose account it is follows from the case alone, so a caller that names one is refused and not ignored. */
export const eraseBody = z.strictObject({
  ground: z.enum(caseErasureGrounds),
  acknowledgedBalanceMicros: microsSchema.default(0n),
});

export const optionsSchema = z
  .object({
    types: z.array(
      z.object({
        key: z.enum(caseTypeNames),
        label: z.string(),
        needsProof: z.boolean(),
        isSelfService: z.boolean(),
      }),
    ),
    roles: z.array(
      z.object({ key: z.enum(caseRoleNames), label: z.string(), types: z.array(z.enum(caseTypeNames)) }),
    ),
    states: z.array(z.object({ key: z.enum(caseStates), label: z.string() })),
    remedies: z.array(z.object({ key: z.string(), text: z.string() })),
  })
  .meta({ id: 'RequestOptions' });
