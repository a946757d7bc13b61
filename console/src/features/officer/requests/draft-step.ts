import type { CaseStep, OfficerCase } from '../../../shared/api/entities.ts';
import { microsToJson, parseYuan } from '../../../shared/money.ts';

export const eraseGrounds = [
  'person-request',
  'guardian-request',
  'minor-without-consent',
  'relative-request',
] as const;
export const outcomes = ['fulfilled', 'partly'] as const;

/** What the officer has typed so far, whatever step it becomes. */
export interface CaseDraft {
  text: string;
  code: string;
  outcome: (typeof outcomes)[number];
  ground: (typeof eraseGrounds)[number];
  /** Yuan with at most six decimals, as shown to the person. */
  balanceYuan: string;
  isConsentOrContractData: boolean;
  isTechnicallyFeasible: boolean;
  isHarmlessToOthers: boolean;
}

export const emptyDraft: CaseDraft = {
  text: '',
  code: '',
  outcome: 'fulfilled',
  ground: 'person-request',
  balanceYuan: '0',
  isConsentOrContractData: false,
  isTechnicallyFeasible: false,
  isHarmlessToOthers: false,
};

/** A draft for a request; on which ground something may be erased follows from the requester. */
export function draftFor({ role }: Pick<OfficerCase, 'role'>): CaseDraft {
  if (role === 'guardian') return { ...emptyDraft, ground: 'guardian-request' };
  return role === 'relative' ? { ...emptyDraft, ground: 'relative-request' } : emptyDraft;
}

export type DraftField = 'code' | 'text' | 'balance';

/** The first field of a step that is not filled in as it must be. */
export function wrongField(name: CaseStep['name'], draft: CaseDraft): DraftField | undefined {
  if (name === 'erase') return parseYuan(draft.balanceYuan, 6) === undefined ? 'balance' : undefined;
  if (name === 'refuse') return draft.code === '' ? 'code' : undefined;
  return draft.text.trim() === '' ? 'text' : undefined;
}

type StepFacts = Pick<OfficerCase, 'state' | 'isOpen' | 'type' | 'aboutId' | 'role' | 'verifiedBy'>;

/** The steps that make sense now, the likeliest first; the server has the last word. */
export function stepsOf({ state, isOpen, type, aboutId, role, verifiedBy }: StepFacts) {
  if (!isOpen) return ['letters', 'notes'] as const satisfies CaseStep['name'][];
  const isErasure = type === 'delete' || type === 'cancel-account';
  const isVerified = state === 'accepted' || state === 'in-progress' || state === 'needs-info';
  const steps: CaseStep['name'][] = [];
  if (!isVerified) steps.push('accept');
  if (state === 'accepted') steps.push('decide');
  // An account that the request only names is not proved to be the requester's.
  const isUnproved = aboutId === null || (role === 'self' && verifiedBy === 'officer');
  const erasing: CaseStep['name'][] = [
    ...(isUnproved ? (['match'] as const) : []),
    ...(aboutId === null ? [] : (['erase'] as const)),
  ];
  if (state === 'accepted' && isErasure) steps.push(...erasing);
  if (isVerified) steps.push('close');
  // It may have been carried out already; then what is left is the answer.
  if (isVerified && state !== 'accepted' && isErasure) steps.push(...erasing);
  return [...steps, 'ask', 'refuse', 'letters', 'notes'] satisfies CaseStep['name'][];
}

/** The step as the server takes it, undefined while something it needs is missing. */
export function draftedStep(name: CaseStep['name'], draft: CaseDraft): CaseStep | undefined {
  const text = draft.text.trim();
  if (name === 'erase') return draftedErasure(draft);
  if (name === 'refuse') {
    return draft.code === '' ? undefined : { name, body: { code: draft.code, explanation: text } };
  }
  if (text === '') return undefined;
  switch (name) {
    case 'accept':
      return { name, body: { basis: text } };
    case 'close': {
      const { isConsentOrContractData, isTechnicallyFeasible, isHarmlessToOthers } = draft;
      const isTransfer = isConsentOrContractData || isTechnicallyFeasible || isHarmlessToOthers;
      const transfer = { isConsentOrContractData, isTechnicallyFeasible, isHarmlessToOthers };
      return { name, body: { outcome: draft.outcome, results: text, ...(isTransfer ? { transfer } : {}) } };
    }
    case 'ask':
    case 'letters':
      return { name, body: { text } };
    case 'decide':
    case 'match':
    case 'notes':
      return { name, body: { note: text } };
  }
}

function draftedErasure({ ground, balanceYuan }: CaseDraft): CaseStep | undefined {
  const micros = parseYuan(balanceYuan, 6);
  if (micros === undefined) return undefined;
  return { name: 'erase', body: { ground, acknowledgedBalanceMicros: microsToJson(micros) } };
}
