import type { LocalisedText } from '@candor/privacy-engine';

/** The only place that knows which step may follow which. A state without successors is final. */
export const caseTransitions = {
  received: ['verifying', 'refused', 'withdrawn'],
  verifying: ['accepted', 'needs-info', 'refused', 'withdrawn'],
  accepted: ['in-progress', 'needs-info', 'closed', 'refused', 'withdrawn', 'merged'],
  'in-progress': ['needs-info', 'closed', 'refused', 'withdrawn'],
  'needs-info': ['verifying', 'accepted', 'in-progress', 'closed', 'refused', 'withdrawn'],
  closed: [],
  refused: [],
  withdrawn: [],
  merged: [],
} as const satisfies Record<string, readonly string[]>;

export type CaseState = keyof typeof caseTransitions;
export const caseStates: readonly [CaseState, ...CaseState[]] = [
  'received',
  'verifying',
  'accepted',
  'in-progress',
  'needs-info',
  'closed',
  'refused',
  'withdrawn',
  'merged',
];

export const openStates: readonly CaseState[] = caseStates.filter((state) => !isFinal(state));

export function isFinal(state: CaseState): boolean {
  return caseTransitions[state].length === 0;
}

export function canBecome(from: CaseState, to: CaseState): boolean {
  const next: readonly CaseState[] = caseTransitions[from];
  return next.includes(to);
}

/** How a case ended that was answered. */
export const caseOutcomes = ['fulfilled', 'partly'] as const;
export type CaseOutcome = (typeof caseOutcomes)[number];

export const stateTitles: Readonly<Record<CaseState, LocalisedText>> = {
  received: { zh: '已收到', en: 'Received' },
  verifying: { zh: '核验身份中', en: 'Checking identity' },
  accepted: { zh: '已受理', en: 'Accepted' },
  'in-progress': { zh: '处理中', en: 'In progress' },
  'needs-info': { zh: '等待您补充信息', en: 'Waiting for your answer' },
  closed: { zh: '已办结', en: 'Closed' },
  refused: { zh: '已拒绝', en: 'Refused' },
  withdrawn: { zh: '已撤回', en: 'Withdrawn' },
  merged: { zh: '已并入另一申请', en: 'Joined with an earlier request' },
};

export const outcomeTitles: Readonly<Record<CaseOutcome, LocalisedText>> = {
  fulfilled: { zh: '已满足', en: 'Fulfilled' },
  partly: { zh: '部分满足', en: 'Partly fulfilled' },
};
