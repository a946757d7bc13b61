import type { Act } from '../../../declare/acts.ts';
import type { stepKinds } from './step-tables.ts';

/** What the audit log calls the steps of a case. */
export const stepActions: Readonly<Record<(typeof stepKinds)[number], Act>> = {
  filed: 'privacy.case_filed',
  'contact-confirmed': 'privacy.case_contact_confirmed',
  'account-confirmed': 'privacy.case_account_confirmed',
  matched: 'privacy.case_matched',
  accepted: 'privacy.case_accepted',
  asked: 'privacy.case_asked',
  answered: 'privacy.case_answered',
  decided: 'privacy.case_decided',
  'erasure-started': 'privacy.case_erasure_started',
  closed: 'privacy.case_closed',
  refused: 'privacy.case_refused',
  withdrawn: 'privacy.case_withdrawn',
  merged: 'privacy.case_merged',
  joined: 'privacy.case_joined',
  overdue: 'privacy.case_overdue',
  letter: 'privacy.case_letter',
  note: 'privacy.case_note',
};
