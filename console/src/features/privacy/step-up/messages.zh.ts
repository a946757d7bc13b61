export const stepUpZh = {
  title: '确认是您本人',
  byPassword: '用密码',
  byCode: '用验证码',
  password: '登录密码',
  passwordMissing: '请输入登录密码',
  codeMissing: '请输入收到的六位数字',
  sentBySms: '验证码已发到您绑定的手机。',
  sentByMail: '验证码已发到您绑定的邮箱。',
};

export type StepUpMessages = typeof stepUpZh;
