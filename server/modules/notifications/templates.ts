export type Language = 'zh-CN' | 'en';

/** What a template may be told. Every value ends up in a message, so secrets other than one-time codes stay out. */
export type TemplateValues = Readonly<Record<string, string | number>>;

interface Text {
  readonly subject: string | ((values: TemplateValues) => string);
  readonly body: (values: TemplateValues) => string;
}

/** Every text this cloud sends, in both languages. */
export const templates = {
  code: {
    'zh-CN': {
      subject: 'Candor 验证码',
      body: ({ code, minutes }) =>
        `您的验证码是 ${code}，${minutes} 分钟内有效。请勿告诉任何人，我们的工作人员不会向您索取。`,
    },
    en: {
      subject: 'Your Candor code',
      body: ({ code, minutes }) =>
        `Your code is ${code}. It is valid for ${minutes} minutes. Tell it to nobody; our staff will never ask for it.`,
    },
  },
  no_account: {
    'zh-CN': {
      subject: '没有对应的 Candor 账户',
      body: () =>
        '有人使用此号码或邮箱请求登录或找回密码，但它没有对应的 Candor 账户。如果是您本人，请先注册；否则请忽略。',
    },
    en: {
      subject: 'There is no Candor account',
      body: () =>
        'Somebody asked to log in or to recover a password with this number or address, but it has no Candor account. If it was you, register first; otherwise ignore this.',
    },
  },
  password_changed: {
    'zh-CN': {
      subject: '您的密码已修改',
      body: () => '您的 Candor 密码刚刚被修改，其他登录已全部退出。如非本人操作，请立即找回密码。',
    },
    en: {
      subject: 'Your password was changed',
      body: () =>
        'The password of your Candor account was changed just now and other sessions were ended. If this was not you, recover the account at once.',
    },
  },
  recovered: {
    'zh-CN': {
      subject: '您的账户已找回',
      body: () =>
        '您的 Candor 账户刚刚通过验证码设置了新密码。此前的登录已全部退出，此前的 API 密钥已全部停用；请核对后再重新启用您自己的密钥。如非本人操作，请立即找回账户。',
    },
    en: {
      subject: 'Your account was recovered',
      body: () =>
        'A new password was set for your Candor account with a code just now. All earlier sessions were ended and all earlier API keys were disabled; enable only keys that you made yourself. If this was not you, recover the account at once.',
    },
  },
  contact_removed: {
    'zh-CN': {
      subject: '您的联系方式已从账户移除',
      body: () =>
        'Candor 账户刚刚通过另一联系方式找回，因此最近绑定到该账户的这一联系方式已被移除，不能再用于登录或找回。如果账户是您的，登录后可以重新绑定。',
    },
    en: {
      subject: 'Your contact was removed from the account',
      body: () =>
        'The Candor account was recovered by another contact just now, so this one, which was added lately, was removed: it neither logs in nor recovers any more. If the account is yours, log in and add it again.',
    },
  },
  username_changed: {
    'zh-CN': {
      subject: '您的用户名已修改',
      body: () =>
        '您的 Candor 账户刚刚修改了用户名，请使用新用户名、手机号码或电子邮箱登录。如非本人操作，请立即通过验证码找回账户。',
    },
    en: {
      subject: 'Your username was changed',
      body: () =>
        'The username of your Candor account was changed just now; log in with the new one, or with your phone or e-mail address. If this was not you, recover the account with a code at once.',
    },
  },
  phone_changed: {
    'zh-CN': {
      subject: '您的手机号码已更改',
      body: ({ undo, hours }) =>
        `您的 Candor 账户刚刚更改了绑定的手机号码。如非本人操作，请在 ${hours} 小时内打开此链接撤销：${undo}`,
    },
    en: {
      subject: 'Your phone number was changed',
      body: ({ undo, hours }) =>
        `The phone number of your Candor account was changed just now. If this was not you, undo it within ${hours} hours: ${undo}`,
    },
  },
  email_changed: {
    'zh-CN': {
      subject: '您的电子邮箱已更改',
      body: ({ undo, hours }) =>
        `您的 Candor 账户刚刚更改了绑定的电子邮箱。如非本人操作，请在 ${hours} 小时内打开此链接撤销：${undo}`,
    },
    en: {
      subject: 'Your e-mail address was changed',
      body: ({ undo, hours }) =>
        `The e-mail address of your Candor account was changed just now. If this was not you, undo it within ${hours} hours: ${undo}`,
    },
  },
  case_code: {
    'zh-CN': {
      subject: '请确认您的申请',
      body: ({ code, minutes, caseId }) =>
        `确认码：${code}，${minutes} 分钟内有效。有人使用此联系方式向 Candor 提出了个人信息申请（编号 ${caseId}）。如非本人操作，请忽略，未经确认的申请不会被处理。`,
    },
    en: {
      subject: 'Confirm your request',
      body: ({ code, minutes, caseId }) =>
        `The code is ${code}, valid for ${minutes} minutes. Somebody filed a request about personal data with Candor and gave this contact (reference ${caseId}). If it was not you, ignore this: a request that is not confirmed is not worked on.`,
    },
  },
  case_account_code: {
    'zh-CN': {
      subject: '有人就您的账户提出申请',
      body: ({ code, minutes, caseId }) =>
        `确认码：${code}，${minutes} 分钟内有效。有人就您的 Candor 账户提出了个人信息申请（编号 ${caseId}）。只有是您本人或您委托的人提出时才使用此码；否则请忽略，且不要告诉任何人。`,
    },
    en: {
      subject: 'A request about your account',
      body: ({ code, minutes, caseId }) =>
        `The code is ${code}, valid for ${minutes} minutes. Somebody filed a request about your Candor account (reference ${caseId}). Use the code only if it was you or somebody you authorised; otherwise ignore this and tell it to nobody.`,
    },
  },
  case_letter: {
    'zh-CN': { subject: '关于您的个人信息申请', body: ({ text }) => String(text) },
    en: { subject: 'About your request', body: ({ text }) => String(text) },
  },
  case_notice: {
    'zh-CN': {
      subject: '关于您的个人信息申请',
      body: ({ caseId }) => `您的个人信息申请（编号 ${caseId}）有新的信件，请在申请页面查看。`,
    },
    en: {
      subject: 'About your request',
      body: ({ caseId }) =>
        `There is a new letter about your request (reference ${caseId}). Read it on the page of the request.`,
    },
  },
  news: {
    'zh-CN': {
      subject: ({ title }) => String(title),
      body: ({ text, unsubscribe }) =>
        `${text}\n\n您收到这封邮件，是因为您同意接收产品动态。一键退订：${unsubscribe}`,
    },
    en: {
      subject: ({ title }) => String(title),
      body: ({ text, unsubscribe }) =>
        `${text}\n\nYou get this mail because you agreed to product news. Unsubscribe with one click: ${unsubscribe}`,
    },
  },
} as const satisfies Record<string, Record<Language, Text>>;

export type Template = keyof typeof templates;
