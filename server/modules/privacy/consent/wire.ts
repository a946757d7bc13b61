import { z } from 'zod';
import { instantSchema } from '../../../kernel/http.ts';
import { idSchema } from '../../../kernel/id.ts';
import { consentPurposes } from '../../../declare/policy.ts';
import { consentKinds, consentMethods } from './tables.ts';

/** What consent's routes take and give. */
export const purposeParams = z.object({ purpose: z.enum(consentPurposes) });
export const consentParams = z.object({ consentId: idSchema('consent') });
export const giveSchema = z.object({ shownToken: z.string().min(1).max(4000) });
export const documentSchema = z.object({ document: z.string().min(1).max(100_000) });

const sectionSchema = z.object({ key: z.string(), title: z.string(), text: z.string() });
const noticeTextSchema = z.object({ title: z.string(), sections: z.array(sectionSchema) });

export const shownNoticeSchema = z
  .object({
    notice: noticeTextSchema.extend({ hash: z.string() }),
    shownToken: z.string(),
  })
  .meta({ id: 'ShownNotice' });

const statusFields = {
  state: z.enum(['undecided', 'given', 'refused', 'withdrawn', 'outdated']),
  decidedAt: instantSchema.nullable(),
  eventId: z.string().nullable(),
  mayAsk: z.boolean(),
  mayAskFrom: instantSchema.nullable(),
};

export const statusSchema = z.object(statusFields).meta({ id: 'ConsentStatus' });

export const consentsSchema = z
  .object({
    items: z.array(
      z.object({
        purpose: z.string(),
        ...statusFields,
        notice: noticeTextSchema.extend({ hash: z.string() }),
        shownToken: z.string(),
      }),
    ),
  })
  .meta({ id: 'Consents' });

export const consentRecordSchema = z
  .object({
    id: z.string(),
    purpose: z.string(),
    purposeTitle: z.string(),
    kind: z.enum(consentKinds),
    method: z.enum(consentMethods),
    noticeHash: z.string().nullable(),
    noticeLocale: z.string().nullable(),
    notice: noticeTextSchema.nullable(),
    policyVersion: z.string(),
    createdAt: instantSchema,
  })
  .meta({ id: 'ConsentRecord' });

export const verdictSchema = z
  .object({
    isGenuine: z.boolean(),
    kind: z.enum(['receipt', 'certificate']).nullable(),
    reason: z.enum(['malformed', 'wrong_kind', 'unknown_key', 'bad_signature']).nullable(),
    keyId: z.string().nullable(),
    statement: z.record(z.string(), z.unknown()).nullable(),
  })
  .meta({ id: 'DocumentVerdict' });
