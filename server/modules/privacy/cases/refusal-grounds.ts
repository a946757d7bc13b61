import type { LocalisedText } from '@candor/privacy-engine';
import { cite } from '../../../declare/laws.ts';
import type { CaseType } from './request-kinds.ts';

interface RefusalGround {
  readonly law: LocalisedText;
  readonly title: LocalisedText;
  /** What the letter says, after "we cannot do what you asked because". */
  readonly reason: LocalisedText;
  /** The requests that may be refused for it. */
  readonly types: readonly CaseType[];
}

const givingData: readonly CaseType[] = ['access', 'copy', 'port-to', 'explain-decision'];
const removingData: readonly CaseType[] = ['delete', 'cancel-account'];
const everyRequest: readonly CaseType[] = [
  ...givingData,
  ...removingData,
  'correct',
  'supplement',
  'restrict',
  'object',
  'withdraw',
  'explain-rules',
  'complaint',
];

/**
 * Every lawful reason to say no, and no other. Effort, repetition, trade secrets and data lying on backup media are
 * none (X10, X11): backups hold nothing readable once the person's key is destroyed.
 */
export const refusalGrounds = {
  'identity-not-verified': {
    law: cite('PIPL 50'),
    title: { zh: '未能核验身份', en: 'Identity not verified' },
    reason: {
      zh: '我们未能确认提出申请的人的身份，因此无法确认您有权取得或变更相关信息。您可以随时重新提出申请',
      en: 'we could not establish who is asking, and therefore not that the data may be given to you or changed for you. You may ask again at any time',
    },
    types: everyRequest,
  },
  'not-entitled': {
    law: cite('PIPL 31, 49'),
    title: { zh: '无权代为行使', en: 'Not entitled to act for the person' },
    reason: {
      zh: '现有材料不能证明您是该个人本人、其监护人、近亲属或受其委托',
      en: 'nothing shows that you are the person, their guardian, a near relative, or authorised by them',
    },
    types: everyRequest,
  },
  'deceased-arranged-otherwise': {
    law: cite('PIPL 49'),
    title: { zh: '死者生前另有安排', en: 'The person arranged otherwise before death' },
    reason: {
      zh: '该个人生前对其个人信息另有安排',
      en: 'the person made another arrangement for their data before death',
    },
    types: ['access', 'copy', 'correct', 'delete'],
  },
  'not-personal-data': {
    law: cite('PIPL 4'),
    title: { zh: '不属于个人信息', en: 'Not personal information' },
    reason: {
      zh: '所涉信息不是与您有关的个人信息，或已匿名化而无法识别到您',
      en: 'the information is not about you as a person, or is anonymised and cannot be traced to you',
    },
    types: everyRequest.filter((type) => type !== 'complaint' && type !== 'explain-rules'),
  },
  'secrecy-by-law': {
    law: cite('PIPL 18(1), 45(1)'),
    title: { zh: '法律、行政法规规定应当保密', en: 'Secrecy required by law' },
    reason: {
      zh: '法律、行政法规规定应当保密或者不得告知',
      en: 'a law or an administrative regulation requires secrecy',
    },
    types: givingData,
  },
  'national-security': {
    law: cite('PIPL 18, 35; National Security Law 77'),
    title: { zh: '涉及国家安全', en: 'National security' },
    reason: { zh: '满足该申请将直接危害国家安全', en: 'answering it would directly harm national security' },
    types: [...givingData, ...removingData],
  },
  'public-interest': {
    law: cite('PIPL 18, 35; Civil Code 132'),
    title: { zh: '涉及重大公共利益或司法程序', en: 'Major public interest or criminal proceedings' },
    reason: {
      zh: '满足该申请将直接妨害公共安全、公共卫生、重大公共利益，或者犯罪侦查、起诉、审判和判决执行',
      en: 'answering it would directly impair public safety, public health, a major public interest, or criminal investigation, prosecution, trial or enforcement',
    },
    types: [...givingData, ...removingData],
  },
  'others-rights': {
    law: cite('Civil Code 132; NDSR 25[4]'),
    title: { zh: '将损害他人合法权益', en: 'Rights of others' },
    reason: {
      zh: '满足该申请将损害他人的合法权益，且无法通过遮盖他人信息等方式避免',
      en: 'answering it would harm lawful rights of others, and masking their data would not avoid that',
    },
    types: [...givingData, ...removingData, 'correct', 'supplement'],
  },
  'retention-required': {
    law: cite('PIPL 47(2), NDSR 24'),
    title: { zh: '法定保存期限未届满', en: 'A statutory retention period has not ended' },
    reason: {
      zh: '法律、行政法规规定的保存期限未届满。在此期间我们仅作存储和必要的安全保护，到期即删除',
      en: 'a law makes us keep the data for a time that has not ended. Until then it is only stored and protected, and it is deleted when the time ends',
    },
    types: removingData,
  },
  'required-by-law': {
    law: cite('PIPL 44, 13(1)[3]'),
    title: { zh: '履行法定职责或法定义务所必需', en: 'Needed for a legal duty' },
    reason: {
      zh: '该处理是履行法定职责或者法定义务所必需',
      en: 'the processing is needed to fulfil a legal duty',
    },
    types: ['restrict', 'object'],
  },
  'verified-accurate': {
    law: cite('PIPL 46(2)'),
    title: { zh: '经核实信息准确完整', en: 'Checked and found accurate' },
    reason: {
      zh: '经核实，现有信息准确、完整',
      en: 'we have checked the data, and they are accurate and complete',
    },
    types: ['correct', 'supplement'],
  },
  'no-automated-decision': {
    law: cite('PIPL 24(3)'),
    title: { zh: '不存在对您有重大影响的自动化决策', en: 'No automated decision of weight' },
    reason: {
      zh: '我们没有对您作出过对个人权益有重大影响的自动化决策',
      en: 'no automated decision with a major effect on your rights was made about you',
    },
    types: ['explain-decision'],
  },
  'not-portable': {
    law: cite('NDSR 25[2]'),
    title: { zh: '不属于可转移的信息', en: 'Not open to transfer' },
    reason: {
      zh: '所涉信息既非您同意提供，也非基于合同收集',
      en: 'the data were neither given with your consent nor collected under a contract',
    },
    types: ['port-to'],
  },
  'transfer-not-feasible': {
    law: cite('NDSR 25[3]'),
    title: { zh: '转移不具备技术可行性', en: 'Transfer not feasible' },
    reason: {
      zh: '您指定的接收方无法接收我们提供的通用格式。您仍可自行下载全部信息',
      en: 'the receiver you named cannot take any of the common formats. You can still download everything yourself',
    },
    types: ['port-to'],
  },
} as const satisfies Record<string, RefusalGround>;

export type RefusalCode = keyof typeof refusalGrounds;
export const refusalTitles: Readonly<Record<string, LocalisedText>> = Object.fromEntries(
  Object.entries(refusalGrounds).map(([code, { title }]) => [code, title]),
);

/** Reads a code as it came in, null when no law knows it. */
export function parseRefusalCode(code: string): RefusalCode | null {
  return Object.hasOwn(refusalGrounds, code) ? asCode(code) : null;
}

export function mayRefuse(code: RefusalCode, type: CaseType): boolean {
  const types: readonly CaseType[] = refusalGrounds[code].types;
  return types.includes(type);
}

/** The grounds open to a kind of request, in the order of the list. */
export function groundsFor(type: CaseType): RefusalCode[] {
  return Object.keys(refusalGrounds)
    .map(asCode)
    .filter((code) => mayRefuse(code, type));
}

/** Guarantee: called with keys of the table only. */
function asCode(code: string): RefusalCode {
  return code as RefusalCode;
}

/** What a requester who disagrees can do; part of every refusal and of every closing letter (CHIPL-13.b, PIPL 50). */
export const remedies = {
  objection: {
    zh: '向我们提出异议：在本申请的页面重新提出申请或投诉，我们在十个工作日内答复',
    en: 'object to us: file a new request or a complaint; we answer within ten working days',
  },
  regulator: {
    zh: '向履行个人信息保护职责的部门投诉、举报（《个人信息保护法》第六十五条）：国家互联网信息办公室举报中心 https://www.12377.cn，电话 12377，或您所在地的网信部门',
    en: 'complain to the authority (Personal Information Protection Law, Art. 65): the reporting centre of the Cyberspace Administration of China, https://www.12377.cn, telephone 12377, or the cyberspace administration where you live',
  },
  court: {
    zh: '向人民法院提起诉讼（《个人信息保护法》第五十条第二款）',
    en: 'bring an action before a people’s court (Personal Information Protection Law, Art. 50(2))',
  },
} as const satisfies Record<string, LocalisedText>;
