import type { LocalisedText } from '@candor/privacy-engine';
import type { stepKinds } from './step-tables.ts';

/** What the timeline of a case calls its steps. */
export const stepTitles: Readonly<Record<(typeof stepKinds)[number], LocalisedText>> = {
  filed: { zh: '提出申请', en: 'Request filed' },
  'contact-confirmed': { zh: '联系方式已确认', en: 'Contact confirmed' },
  'account-confirmed': { zh: '账户已确认', en: 'Account confirmed' },
  matched: { zh: '已找到申请所涉账户', en: 'Account of the request found' },
  accepted: { zh: '身份核验通过，已受理', en: 'Identity verified, request accepted' },
  asked: { zh: '需要补充信息', en: 'More information needed' },
  answered: { zh: '补充说明', en: 'Statement added' },
  decided: { zh: '决定办理', en: 'Request granted, being carried out' },
  'erasure-started': { zh: '开始删除', en: 'Erasure started' },
  closed: { zh: '办结', en: 'Closed' },
  refused: { zh: '拒绝', en: 'Refused' },
  withdrawn: { zh: '撤回', en: 'Withdrawn' },
  merged: { zh: '并入较早的申请', en: 'Joined with an earlier request' },
  joined: { zh: '并入了另一份申请', en: 'A later request was joined' },
  overdue: { zh: '超过答复期限', en: 'Answer overdue' },
  letter: { zh: '信件', en: 'Letter' },
  note: { zh: '工作记录', en: 'Note' },
};
