export const problemsZh = {
  notifications: {
    no_text_messages: '本站不发送短信，请改用密码或邮箱。',
    no_mail: '本站不发送邮件，请改用密码，或联系运营者（联系方式见隐私政策）。',
  },
};
