export const problemsZh = {
  audit: {
    reason_required: '请先说明查看理由（10 到 200 个字）。',
    not_yet_signed: '这条记录还没有被签名，最迟一小时后再试。',
    log_contradicts_anchor: '数据库中的审计日志与已锚定的不一致，请由运营者在服务器上核验审计日志。',
  },
};
