import { defineMessage } from '../../declare/message.ts';

export const code = defineMessage<'code' | 'minutes'>('code', {
  title: { zh: '验证码', en: 'code' },
  'zh-CN': {
    subject: 'Candor 验证码',
    body: ({ code, minutes }) =>
      `您的验证码是 ${code}，${minutes} 分钟内有效。请勿告诉任何人，我们的工作人员不会向您索取。`,
  },
  en: {
    subject: 'Your Candor code',
    body: ({ code, minutes }) =>
      `Your code is ${code}. It is valid for ${minutes} minutes. Do not share it; our staff will never ask for it.`,
  },
});

export const noAccount = defineMessage('no_account', {
  title: { zh: '没有对应的账户', en: 'no account' },
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
});

export const passwordChanged = defineMessage('password_changed', {
  title: { zh: '密码已修改', en: 'password changed' },
  'zh-CN': {
    subject: '您的密码已修改',
    body: () => '您的 Candor 密码刚刚被修改，其他登录已全部退出。如非本人操作，请立即找回密码。',
  },
  en: {
    subject: 'Your password was changed',
    body: () =>
      'The password of your Candor account was changed just now and other sessions were ended. If this was not you, recover the account at once.',
  },
});

export const recovered = defineMessage('recovered', {
  title: { zh: '账户已找回', en: 'account recovered' },
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
});

export const contactRemoved = defineMessage('contact_removed', {
  title: { zh: '联系方式已移除', en: 'contact removed' },
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
});

export const usernameChanged = defineMessage('username_changed', {
  title: { zh: '用户名已更改', en: 'username changed' },
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
});

export const phoneChanged = defineMessage<'hours' | 'undo'>('phone_changed', {
  title: { zh: '手机号码已更改', en: 'phone number changed' },
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
});

export const emailChanged = defineMessage<'hours' | 'undo'>('email_changed', {
  title: { zh: '电子邮箱已更改', en: 'e-mail address changed' },
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
});
