import { defineMessage } from '../../declare/message.ts';

export const caseCode = defineMessage<'caseId' | 'code' | 'minutes'>('case_code', {
  title: { zh: '确认申请的验证码', en: 'code that confirms a request' },
  'zh-CN': {
    subject: '请确认您的申请',
    body: ({ code, minutes, caseId }) =>
      `确认码：${code}，${minutes} 分钟内有效。有人使用此联系方式向 Candor 提出了个人信息申请（编号 ${caseId}）。如非本人操作，请忽略，未经确认的申请不会被处理。`,
  },
  en: {
    subject: 'Confirm your request',
    body: ({ code, minutes, caseId }) =>
      `The code is ${code}, valid for ${minutes} minutes. A request about personal data was filed with Candor under this contact (reference ${caseId}). If it was not you, ignore this: a request that is not confirmed is not worked on.`,
  },
});

export const caseAccountCode = defineMessage<'caseId' | 'code' | 'minutes'>('case_account_code', {
  title: { zh: '确认所涉账户的验证码', en: 'code that confirms the account of a request' },
  'zh-CN': {
    subject: '有人就您的账户提出申请',
    body: ({ code, minutes, caseId }) =>
      `确认码：${code}，${minutes} 分钟内有效。有人就您的 Candor 账户提出了个人信息申请（编号 ${caseId}）。只有是您本人或您委托的人提出时才使用此码；否则请忽略，且不要告诉任何人。`,
  },
  en: {
    subject: 'A request about your account',
    body: ({ code, minutes, caseId }) =>
      `The code is ${code}, valid for ${minutes} minutes. A request about your Candor account was filed (reference ${caseId}). Use the code only if it was you or a person you authorised; otherwise ignore this and do not pass it on.`,
  },
});

export const caseLetter = defineMessage<'text'>('case_letter', {
  title: { zh: '申请的信件', en: 'letter about a request' },
  'zh-CN': { subject: '关于您的个人信息申请', body: ({ text }) => String(text) },
  en: { subject: 'About your request', body: ({ text }) => String(text) },
});

export const caseNotice = defineMessage<'caseId'>('case_notice', {
  title: { zh: '申请有新信件', en: 'notice of a letter' },
  'zh-CN': {
    subject: '关于您的个人信息申请',
    body: ({ caseId }) => `您的个人信息申请（编号 ${caseId}）有新的信件，请在申请页面查看。`,
  },
  en: {
    subject: 'About your request',
    body: ({ caseId }) =>
      `There is a new letter about your request (reference ${caseId}). Read it on the page of the request.`,
  },
});
