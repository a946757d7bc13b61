export const problemsZh = {
  announcements: {
    already_sent: '这条动态正在发送或已经发送。',
  },
};
