import { createPrivacy, definePurposes, defineRecipients } from '@candor/privacy';

/**
 * The policy vocabulary of this cloud: why data is processed, who may receive it, how the collection list is grouped
 * and from which events retention counts. Modules declare their tables with the functions exported here.
 */
const purposes = definePurposes({
  account: {
    basis: 'contract',
    cite: 'PIPL 13(1)(2)',
    essential: true,
    scope: 'tenant',
    duringRestriction: 'continues',
    afterErasure: 'stops',
    text: { zh: '管理账户与关联账户', en: 'To manage the account and linked accounts' },
  },
  signin: {
    basis: 'contract',
    cite: 'PIPL 13(1)(2)',
    essential: true,
    scope: 'platform',
    duringRestriction: 'continues',
    afterErasure: 'stops',
    text: { zh: '注册、登录与核验身份', en: 'To register, log in and verify identity' },
  },
  notify: {
    basis: 'contract',
    cite: 'PIPL 13(1)(2)',
    essential: true,
    scope: 'platform',
    duringRestriction: 'continues',
    afterErasure: 'stops',
    text: { zh: '发送验证码与服务通知', en: 'To send codes and service messages' },
  },
  security: {
    basis: 'legal-obligation',
    cite: 'CSL 23',
    essential: true,
    scope: 'platform',
    duringRestriction: 'continues',
    afterErasure: 'continues',
    text: { zh: '保障系统与网络安全', en: 'To keep the system and the network secure' },
  },
  billing: {
    basis: 'contract',
    cite: 'PIPL 13(1)(2)',
    essential: true,
    scope: 'tenant',
    duringRestriction: 'continues',
    afterErasure: 'stops',
    text: { zh: '充值、计费与出具账单', en: 'To top up, charge and bill' },
  },
  settlement: {
    basis: 'contract',
    cite: 'PIPL 13(1)(2)',
    essential: true,
    scope: 'platform',
    duringRestriction: 'continues',
    afterErasure: 'continues',
    text: { zh: '记账、结算与对账', en: 'To keep the books, settle and reconcile' },
  },
  inference: {
    basis: 'contract',
    cite: 'PIPL 13(1)(2)',
    essential: true,
    scope: 'platform',
    duringRestriction: 'continues',
    afterErasure: 'stops',
    text: { zh: '提供模型调用', en: 'To serve model calls' },
  },
  operations: {
    basis: 'contract',
    cite: 'PIPL 13(1)(2)',
    essential: true,
    scope: 'platform',
    duringRestriction: 'stops',
    afterErasure: 'stops',
    text: { zh: '平台运营与客户服务', en: 'To run the platform and serve customers' },
  },
  rights: {
    basis: 'legal-obligation',
    cite: 'PIPL 44-47',
    essential: true,
    scope: 'subject',
    duringRestriction: 'continues',
    afterErasure: 'continues',
    engine: 'export',
    text: { zh: '响应个人行使权利的请求', en: 'To answer requests of the person' },
  },
  casework: {
    basis: 'legal-obligation',
    cite: 'PIPL 50',
    essential: true,
    scope: 'platform',
    duringRestriction: 'continues',
    afterErasure: 'continues',
    text: { zh: '受理个人信息权利申请与投诉', en: 'To handle requests and complaints about personal data' },
  },
  erasure: {
    basis: 'legal-obligation',
    cite: 'PIPL 47',
    essential: true,
    scope: 'platform',
    duringRestriction: 'continues',
    afterErasure: 'continues',
    engine: 'erasure',
    text: { zh: '删除到期或被要求删除的信息', en: 'To delete what has expired or must be erased' },
  },
});

const recipients = defineRecipients({
  smsProvider: {
    role: 'entrusted',
    region: 'CN',
    text: {
      zh: '短信服务商(默认仅写入本平台发件箱)',
      en: 'SMS provider (by default only the outbox of this platform)',
    },
  },
  mailProvider: {
    role: 'entrusted',
    region: 'CN',
    text: {
      zh: '邮件服务商(默认仅写入本平台发件箱)',
      en: 'Mail provider (by default only the outbox of this platform)',
    },
  },
  paymentChannel: {
    role: 'entrusted',
    region: 'CN',
    text: { zh: '支付渠道', en: 'Payment channel' },
  },
});

/** Groups of the published collection list, titled like d.run's (LIST-1 … LIST-8). */
const services = {
  registration: { zh: '账户注册与关联账户管理', en: 'Account Registration and Linked Account Management' },
  login: { zh: '账户登录', en: 'Account Login' },
  security: { zh: '运营与安全保障', en: 'Operations and Security Assurance' },
  purchase: { zh: '购买产品或服务', en: 'Purchasing Products or Services' },
  usage: { zh: '使用产品或服务', en: 'Using Products or Services' },
  support: { zh: '客户支持服务', en: 'Customer Support Services' },
} as const;

const anchors = {
  'row.createdAt': { zh: '记录产生', en: 'the record is made' },
  'account.closed': { zh: '账户注销', en: 'the account is closed' },
  'session.ended': { zh: '会话结束', en: 'the session ends' },
  'case.closed': { zh: '申请办结', en: 'the request is closed' },
} as const;

export const privacy = createPrivacy({ purposes, recipients, services, anchors });
export const { personal, blindIndex, plain, privacyTable } = privacy;

export type Purpose = keyof typeof purposes;
