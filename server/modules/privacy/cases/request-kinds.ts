import type { LocalisedText } from '@candor/privacy-engine';

/** What a person may ask for: the rights of PIPL 44 to 50 and NDSR 23 to 25, and the complaint (FC-6.0). */
export const caseTypes = {
  access: { title: { zh: '查阅', en: 'See my data' }, givesOrChangesData: true, selfService: true },
  copy: { title: { zh: '复制', en: 'Get a copy' }, givesOrChangesData: true, selfService: true },
  'port-to': {
    title: { zh: '转移至其他处理者', en: 'Move my data to another provider' },
    givesOrChangesData: true,
    selfService: false,
  },
  correct: { title: { zh: '更正', en: 'Correct my data' }, givesOrChangesData: true, selfService: true },
  supplement: { title: { zh: '补充', en: 'Complete my data' }, givesOrChangesData: true, selfService: true },
  delete: { title: { zh: '删除', en: 'Delete my data' }, givesOrChangesData: true, selfService: true },
  restrict: {
    title: { zh: '限制处理', en: 'Restrict processing' },
    givesOrChangesData: false,
    selfService: true,
  },
  object: {
    title: { zh: '拒绝处理', en: 'Object to processing' },
    givesOrChangesData: false,
    selfService: true,
  },
  withdraw: {
    title: { zh: '撤回同意', en: 'Withdraw consent' },
    givesOrChangesData: false,
    selfService: true,
  },
  'cancel-account': {
    title: { zh: '注销账户', en: 'Close the account' },
    givesOrChangesData: true,
    selfService: true,
  },
  'explain-decision': {
    title: { zh: '说明自动化决策', en: 'Explain an automated decision' },
    givesOrChangesData: true,
    selfService: false,
  },
  'explain-rules': {
    title: { zh: '说明处理规则', en: 'Explain the rules of processing' },
    givesOrChangesData: false,
    selfService: false,
  },
  complaint: { title: { zh: '投诉', en: 'Complaint' }, givesOrChangesData: false, selfService: false },
} as const satisfies Record<
  string,
  {
    readonly title: LocalisedText;
    /** Answering hands out or changes data, so a live session alone is not enough proof. */
    readonly givesOrChangesData: boolean;
    /** A person with an account can do it at once, without asking. */
    readonly selfService: boolean;
  }
>;

export type CaseType = keyof typeof caseTypes;
export const caseTypeNames = namesOf(caseTypes);
export const caseTypeTitles: Readonly<Record<string, LocalisedText>> = Object.fromEntries(
  Object.entries(caseTypes).map(([name, { title }]) => [name, title]),
);

/** Rights of near relatives of a person who has died end where PIPL 49 ends. */
const ofRelatives: readonly CaseType[] = ['access', 'copy', 'correct', 'delete', 'complaint'];

/** In which capacity the requester acts. `provenBy` says what ends the identity check without an officer. */
export const caseRoles = {
  self: { title: { zh: '本人', en: 'The person concerned' }, may: caseTypeNames, provenBy: 'contact' },
  guardian: {
    title: { zh: '监护人', en: 'Parent or guardian' },
    may: caseTypeNames,
    provenBy: 'officer',
  },
  relative: {
    title: { zh: '已故者近亲属', en: 'Near relative of a person who has died' },
    may: ofRelatives,
    provenBy: 'officer',
  },
  agent: {
    title: { zh: '受委托的代理人', en: 'Authorised agent' },
    may: caseTypeNames,
    // The code goes to the person who is represented: entering it is their authorisation.
    provenBy: 'account',
  },
  'organisation-contact': {
    title: { zh: '单位联系人', en: 'Contact person of an organisation' },
    may: caseTypeNames,
    provenBy: 'officer',
  },
  'legal-representative': {
    title: { zh: '单位法定代表人', en: 'Legal representative of an organisation' },
    may: caseTypeNames,
    provenBy: 'officer',
  },
} as const satisfies Record<
  string,
  {
    readonly title: LocalisedText;
    readonly may: readonly CaseType[];
    readonly provenBy: 'contact' | 'account' | 'officer';
  }
>;

export type CaseRole = keyof typeof caseRoles;
export const caseRoleNames = namesOf(caseRoles);

/** Whether the law lets this role ask for this (PIPL 49 for relatives). */
export function mayAsk(role: CaseRole, type: CaseType): boolean {
  return caseRoles[role].may.includes(type);
}

/** Guarantee: the keys of a literal object are its type's keys. */
function namesOf<K extends string>(table: Readonly<Record<K, unknown>>): [K, ...K[]] {
  return Object.keys(table) as [K, ...K[]];
}

export const caseRoleTitles: Readonly<Record<string, LocalisedText>> = Object.fromEntries(
  Object.entries(caseRoles).map(([name, { title }]) => [name, title]),
);
