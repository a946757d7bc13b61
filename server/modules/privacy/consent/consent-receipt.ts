import { issueReceipt, type JsonObject } from '@candor/privacy-engine';
import type { Ctx } from '../../../kernel/context.ts';
import { privacy } from '../../../declare/policy.ts';
import { type ConsentRecord, readConsentRecord } from './history.ts';
import type { InForce } from './in-force.ts';

/**
 * The receipt of a decision, for the person to keep: a signed statement in the fields of ISO/IEC TS 27560 that can be
 * checked without us and after the account is gone. It names the person by a random reference only.
 */
export async function readConsentReceipt(ctx: Ctx, inForce: InForce, consentId: string): Promise<string> {
  const record = await readConsentRecord(ctx, consentId);
  return issueReceipt(ctx.signingKey, statementOf(record, inForce.controller));
}

/** The same record in the words of the Data Privacy Vocabulary, for tools that read JSON-LD. */
export async function readConsentJsonLd(
  ctx: Ctx,
  inForce: InForce,
  consentId: string,
): Promise<Record<string, unknown>> {
  const record = await readConsentRecord(ctx, consentId);
  const { purpose, kind, createdAt, noticeHash, noticeLocale, notice } = record;
  return {
    '@context': { dpv: 'https://w3id.org/dpv#', dct: 'http://purl.org/dc/terms/' },
    '@id': `${inForce.controller}/api/privacy/consent-records/${record.id}`,
    '@type': 'dpv:ConsentRecord',
    'dct:conformsTo': schemaName,
    'dct:identifier': record.id,
    'dct:created': createdAt.toISOString(),
    'dpv:hasDataSubject': { '@id': `urn:candor:subject:${record.subjectRef}` },
    'dpv:hasDataController': { '@id': inForce.controller },
    'dpv:hasJurisdiction': 'CN',
    'dpv:hasPurpose': { '@id': `urn:candor:purpose:${purpose}`, 'dct:title': purposeText(purpose) },
    'dpv:hasLegalBasis': {
      '@type': record.form === 'separate' ? 'dpv:ExplicitlyExpressedConsent' : 'dpv:ExpressedConsent',
    },
    'dpv:hasConsentStatus': { '@type': statusTypes[kind] },
    'dpv:isIndicatedBy': { '@id': `urn:candor:subject:${record.subjectRef}` },
    'dpv:isIndicatedAtTime': createdAt.toISOString(),
    'dpv:hasIndicationMethod': record.method,
    'dpv:hasNotice':
      notice === null
        ? null
        : {
            'dct:identifier': `sha256:${noticeHash}`,
            'dct:language': noticeLocale,
            'dct:title': notice.title,
          },
    'dct:replaces': record.previousId,
  };
}

const schemaName = 'ISO/IEC TS 27560:2023';

const statusTypes = {
  given: 'dpv:ConsentGiven',
  refused: 'dpv:ConsentRefused',
  withdrawn: 'dpv:ConsentWithdrawn',
  noticed: 'dpv:ConsentRequested',
} as const;

function statementOf(record: ConsentRecord, controller: string): JsonObject {
  const { notice } = record;
  return {
    schema: schemaName,
    recordId: record.id,
    subjectRef: record.subjectRef,
    controller,
    jurisdiction: 'CN',
    purpose: record.purpose,
    event: {
      kind: record.kind,
      at: record.createdAt.toISOString(),
      actor: 'self',
      form: record.form,
      method: record.method,
      previous: record.previousId,
    },
    notice:
      notice === null
        ? null
        : {
            hash: record.noticeHash,
            locale: record.noticeLocale,
            title: notice.title,
            sections: notice.sections.map(({ key, title, text }) => ({ key, title, text })),
          },
    scopeHash: record.scopeHash,
    policyVersion: record.policyVersion,
    registryHash: record.registryHash,
  };
}

/** The name of one that was since removed is its text. */
function purposeText(purpose: string): { readonly zh: string; readonly en: string } {
  const known: Record<string, { readonly text: { readonly zh: string; readonly en: string } }> =
    privacy.vocabulary.purposes;
  return known[purpose]?.text ?? { zh: purpose, en: purpose };
}
