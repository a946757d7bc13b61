import { civilDateInShanghai, type Language } from '@candor/privacy-engine';
import { caseDeadline, questionsOf, readClocks } from './case-clocks.ts';
import type { Case, CaseStep } from './case-store.ts';
import { letterTitles } from './letters.ts';
import { groundsFor, parseRefusalCode, refusalGrounds, remedies } from './refusal-grounds.ts';
import { caseRoles, caseTypes } from './request-kinds.ts';
import { isFinal, outcomeTitles, stateTitles } from './states.ts';
import { stepTitles } from './step-titles.ts';

/** The part of a case that lists show. */
type CaseHead = Pick<
  Case,
  'id' | 'type' | 'role' | 'state' | 'outcome' | 'receivedAt' | 'dueOn' | 'isProvisional' | 'closedAt'
>;

/** One line of a list of cases. */
export function viewHead(row: CaseHead, now: Date, language: Language) {
  const { id, type, role, state, outcome, receivedAt, closedAt } = row;
  return {
    id,
    type,
    typeLabel: caseTypes[type].title[language],
    role,
    roleLabel: caseRoles[role].title[language],
    state,
    stateLabel: stateTitles[state][language],
    isOpen: !isFinal(state),
    outcome,
    outcomeLabel: outcome === null ? null : outcomeTitles[outcome][language],
    receivedAt,
    closedAt,
    ...readClocks(row, now),
  };
}

/** A case as its person sees it. */
export function viewCase(row: Case, steps: readonly CaseStep[], now: Date, language: Language) {
  return {
    ...viewHead(row, now, language),
    description: row.description,
    account: row.account,
    clocks: viewClocks(row, steps, now),
    waitingFor: waitingFor(row),
    mergedInto: row.mergedInto,
    refusal: viewRefusal(row, language),
    remedies: Object.entries(remedies).map(([key, text]) => ({ key, text: text[language] })),
    timeline: steps.filter(({ kind }) => kind !== 'note').map((step) => viewStep(step, language)),
  };
}

/** A case as an officer sees it. */
export function viewCaseForOfficer(row: Case, steps: readonly CaseStep[], now: Date, language: Language) {
  return {
    ...viewCase(row, steps, now, language),
    origin: row.origin,
    aboutId: row.aboutId,
    contact: row.contact,
    channel: row.channel,
    name: row.name,
    relation: row.relation,
    letterLanguage: row.language,
    verifiedBy: row.verifiedBy,
    contactConfirmedAt: row.contactConfirmedAt,
    accountConfirmedAt: row.accountConfirmedAt,
    grounds: groundsFor(row.type).map((code) => ({
      code,
      title: refusalGrounds[code].title[language],
      law: refusalGrounds[code].law[language],
    })),
    timeline: steps.map((step) => ({ ...viewStep(step, language), note: step.note, actorId: step.actorId })),
  };
}

function viewStep(step: CaseStep, language: Language) {
  const { kind, by, text, letterKind, createdAt } = step;
  return {
    at: createdAt,
    kind,
    label: letterKind === null ? stepTitles[kind][language] : letterTitles[letterKind][language],
    by,
    letterKind,
    text,
  };
}

/** Both clocks, and which of them decides. */
function viewClocks(row: Case, steps: readonly CaseStep[], now: Date) {
  const questions = questionsOf(
    steps.map(({ createdAt, toState }) => ({ at: createdAt, toState })),
    row.closedAt ?? now,
  );
  const { fromReceipt, fromVerification, decidedBy } = caseDeadline({ ...row, questions });
  return {
    decidedBy,
    receipt: {
      startedOn: civilDateInShanghai(row.receivedAt),
      dueOn: fromReceipt.due,
      isProvisional: fromReceipt.isProvisional,
    },
    verification:
      fromVerification === null || row.verifiedAt === null
        ? null
        : {
            startedOn: civilDateInShanghai(row.verifiedAt),
            dueOn: fromVerification.due,
            isProvisional: fromVerification.isProvisional,
            isPaused: row.state === 'needs-info',
          },
  };
}

/** What would move the case on, as far as its person can do it. Never whether an account exists. */
function waitingFor(row: Case): 'contact-code' | 'account-code' | 'step-up' | 'answer' | 'officer' | null {
  if (isFinal(row.state)) return null;
  if (row.state === 'needs-info') return 'answer';
  if (row.verifiedAt !== null) return 'officer';
  if (row.contactConfirmedAt === null) return 'contact-code';
  if (row.subjectId !== row.id) return row.role === 'self' ? 'step-up' : 'officer';
  return row.account !== null && caseRoles[row.role].provenBy !== 'officer' ? 'account-code' : 'officer';
}

function viewRefusal(row: Case, language: Language) {
  const code = row.refusalCode === null ? null : parseRefusalCode(row.refusalCode);
  if (code === null) return null;
  const { title, law, reason } = refusalGrounds[code];
  return { code, title: title[language], law: law[language], reason: reason[language] };
}
