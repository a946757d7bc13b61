import { createPrivacy, type PolicyVocabulary } from '@candor/privacy-engine';
import { laws } from './laws.ts';
import { definePurposes, withoutActors } from './purposes.ts';

/**
 * The policy vocabulary of this cloud: why data is processed and for whom a purpose acts, how the collection list is
 * grouped and from which events retention counts. Modules declare their tables with the functions exported here, and bring purposes and recipients
 * of their own.
 */
export const ownPurposes = definePurposes({
  account: {
    basis: 'contract',
    cite: 'PIPL 13(1)[2]',
    essential: true,
    scope: 'tenant',
    actsFor: ['person', 'delegate', 'system'],
    duringRestriction: 'continues',
    text: { zh: '管理账户与关联账户', en: 'To manage the account and linked accounts' },
  },
  signin: {
    basis: 'contract',
    cite: 'PIPL 13(1)[2]',
    essential: true,
    scope: 'platform',
    actsFor: ['stranger', 'person', 'system'],
    duringRestriction: 'continues',
    text: { zh: '注册、登录与核验身份', en: 'To register, log in and verify identity' },
  },
  notify: {
    basis: 'contract',
    cite: 'PIPL 13(1)[2]',
    essential: true,
    scope: 'platform',
    actsFor: ['operator', 'system'],
    duringRestriction: 'continues',
    text: { zh: '发送验证码与服务通知', en: 'To send codes and service messages' },
  },
  security: {
    basis: 'legal-obligation',
    cite: 'CSL 23',
    essential: true,
    scope: 'platform',
    actsFor: ['operator', 'system'],
    duringRestriction: 'continues',
    text: { zh: '保障系统与网络安全', en: 'To keep the system and the network secure' },
  },
  billing: {
    basis: 'contract',
    cite: 'PIPL 13(1)[2]',
    essential: true,
    scope: 'tenant',
    actsFor: ['person', 'system'],
    duringRestriction: 'continues',
    text: { zh: '充值、计费与出具账单', en: 'To top up, charge and bill' },
  },
  settlement: {
    basis: 'contract',
    cite: 'PIPL 13(1)[2]',
    essential: true,
    scope: 'platform',
    actsFor: ['operator', 'system'],
    duringRestriction: 'continues',
    text: { zh: '记账、结算与对账', en: 'To keep the books, settle and reconcile' },
  },
  operations: {
    basis: 'contract',
    cite: 'PIPL 13(1)[2]',
    essential: true,
    scope: 'platform',
    actsFor: ['operator', 'system'],
    duringRestriction: 'stops',
    text: { zh: '平台运营与客户服务', en: 'To run the platform and serve customers' },
  },
  rights: {
    basis: 'legal-obligation',
    cite: 'PIPL 44-47',
    essential: true,
    scope: 'subject',
    actsFor: ['person', 'delegate'],
    duringRestriction: 'continues',
    engine: 'export',
    text: { zh: '响应个人行使权利的请求', en: 'To answer requests of the person' },
  },
  casework: {
    basis: 'legal-obligation',
    cite: 'PIPL 50',
    essential: true,
    scope: 'platform',
    actsFor: ['stranger', 'person', 'system'],
    duringRestriction: 'continues',
    text: { zh: '受理个人信息权利申请与投诉', en: 'To handle requests and complaints about personal data' },
  },
  erasure: {
    basis: 'legal-obligation',
    cite: 'PIPL 47',
    essential: true,
    scope: 'platform',
    actsFor: ['person', 'system'],
    duringRestriction: 'continues',
    engine: 'erasure',
    text: { zh: '删除到期或被要求删除的信息', en: 'To delete what has expired or must be erased' },
  },
  marketing: {
    basis: 'consent',
    cite: 'PIPL 13(1)[1]',
    essential: false,
    scope: 'platform',
    actsFor: ['system'],
    duringRestriction: 'stops',
    text: { zh: '通过邮件发送产品动态与推广信息', en: 'To send product news and offers by mail' },
    consent: {
      title: { zh: '产品动态邮件', en: 'Product news by mail' },
      method: {
        zh: '平台撰写同一封邮件，发送给所有同意的人；不做个性化推荐，不使用自动化决策，每封邮件都附有一键退订。',
        en: 'One text is written for all and mailed to those who agreed. Nothing is personalised, no automated decision is made, and every mail can be unsubscribed from with one click.',
      },
      extent: {
        zh: '仅限您的邮箱与语言；不使用您的用量、账单、提示词或访问记录，不提供给广告商。',
        en: 'Your mail address and language only. Never your usage, bills, prompts or visits, and never given to advertisers.',
      },
      until: {
        zh: '直至您撤回同意或注销账户。',
        en: 'Until you take the consent back or close the account.',
      },
      refusal: {
        zh: '没有任何影响：所有服务、价格与服务通知都与同意时完全相同。',
        en: 'Nothing changes: every service, every price and every service message stays exactly the same.',
      },
    },
  },
  improvement: {
    basis: 'consent',
    cite: 'PIPL 13(1)[1]',
    essential: false,
    scope: 'platform',
    actsFor: ['system'],
    duringRestriction: 'stops',
    text: { zh: '统计使用情况以改进产品', en: 'To improve the product with statistics of its use' },
    consent: {
      title: { zh: '帮助改进产品', en: 'Help improve the product' },
      method: {
        zh: '在数据库内把您的模型调用次数与用量并入按月、按模型的合计；少于五人的合计不显示。不训练模型，不做个人画像。',
        en: 'Inside the database, your number of model calls and their size are added to totals per month and model; a total of fewer than five persons is not shown. No model is trained and no profile is made.',
      },
      extent: {
        zh: '仅限调用的模型、时间与用量；从不包括提示词、输出、费用或身份信息。',
        en: 'Model, time and size of calls only. Never prompts, outputs, charges or who you are.',
      },
      until: {
        zh: '直至您撤回同意或注销账户。',
        en: 'Until you take the consent back or close the account.',
      },
      refusal: {
        zh: '没有任何影响：您的用量不计入统计，所有服务与价格都与同意时完全相同。',
        en: 'Nothing changes: your usage is left out of the totals; every service and every price stays exactly the same.',
      },
    },
  },
});

const purposes = withoutActors(ownPurposes);

/** Groups of the published collection list, titled like d.run's (LIST-1 … LIST-8). */
const services = {
  registration: { zh: '账户注册与关联账户管理', en: 'Account Registration and Linked Account Management' },
  login: { zh: '账户登录', en: 'Account Login' },
  security: { zh: '运营与安全保障', en: 'Operations and Security Assurance' },
  purchase: { zh: '购买产品或服务', en: 'Purchasing Products or Services' },
  usage: { zh: '使用产品或服务', en: 'Using Products or Services' },
  support: { zh: '客户支持服务', en: 'Customer Support Services' },
} as const;

/**
 * What passes through and is kept nowhere, so that no column declares it. It goes to the model server that answers:
 * this machine, or a recipient the operator has entered with its contract.
 */
export const passingData = [
  {
    title: {
      zh: '模型调用的输入（提示词、消息、附件与参数）',
      en: 'Input of model calls (prompts, messages, attachments, parameters)',
    },
    source: { zh: '由用户提供', en: 'Provided by the user' },
    purposes: ['inference'],
  },
  {
    title: { zh: '模型调用的输出', en: 'Output of model calls' },
    source: { zh: '在提供服务时产生', en: 'Generated while the service is provided' },
    purposes: ['inference'],
  },
] as const;

const anchors = {
  'row.createdAt': { zh: '记录产生', en: 'the record is made' },
  'account.closed': { zh: '账户注销', en: 'the account is closed' },
  'session.ended': { zh: '会话结束', en: 'the session ends' },
  'case.closed': { zh: '申请办结', en: 'the request is closed' },
} as const;

/** Every module adds the names of the purposes it brings, so that no table names another. */
export interface BroughtPurposes {}

/** Every module adds the names of the recipients it brings. */
export interface BroughtRecipients {}

type Vocabulary = PolicyVocabulary & {
  readonly purposes: typeof purposes;
  readonly services: typeof services;
  readonly anchors: typeof anchors;
};
interface Brought {
  readonly purpose: keyof BroughtPurposes;
  readonly recipient: keyof BroughtRecipients;
}

/** Without what modules bring: the whole vocabulary is that of the product's registry. */
export const privacy = createPrivacy<Vocabulary, Brought>({
  purposes,
  recipients: {},
  services,
  anchors,
  laws,
});
export const { personal, blindIndex, plain, privacyTable } = privacy;

/**
 * What stands in the books about an account. Books are kept whole: once the person of an account is erased, its number is
 * no person's, and what stands beside it is a sum between two accounts.
 */
export const bookFact = {
  subject: 'tenantId',
  category: 'transaction',
  source: 'service',
  purposes: ['settlement', 'billing', 'rights'],
  keep: {
    max: 'P0D',
    from: 'account.closed',
    min: { duration: 'P30Y', law: 'Accounting Archives Measures 14' },
  },
  keyClass: 'billing',
  onErase: 'unlink',
  export: 'yes',
  edit: {
    no: {
      zh: '是已发生之事的记录；错误由后来的记录更正',
      en: 'a record of what happened; a mistake is corrected by a later entry',
    },
  },
  log: 'never',
} as const;

export type Purpose = keyof typeof purposes | keyof BroughtPurposes;
/** Channels of a message, and languages by their short names. */
export const deliveryWords = {
  sms: { zh: '短信', en: 'text message' },
  mail: { zh: '邮件', en: 'mail' },
} as const;
export const textLanguageWords = {
  zh: { zh: '中文', en: 'Chinese' },
  en: { zh: '英文', en: 'English' },
} as const;
export const languageWords = {
  'zh-CN': { zh: '简体中文', en: 'Chinese (simplified)' },
  en: { zh: '英文', en: 'English' },
} as const;

/** A purpose that a person may refuse and take back at any time. */
export type ConsentPurpose = {
  [Name in keyof typeof purposes]: (typeof purposes)[Name] extends { readonly consent: object }
    ? Name
    : never;
}[keyof typeof purposes];

export const consentPurposes: readonly ConsentPurpose[] = Object.keys(purposes).filter(restsOnConsent);

/** A module brings no purpose that rests on consent: what people are asked stands here, beside each other. */
export function restsOnConsent(purpose: string): purpose is ConsentPurpose {
  return Object.hasOwn(purposes, purpose) && 'consent' in purposes[purpose as keyof typeof purposes];
}
