/** By the server's code, in the person's words. Codes without an entry are told by their kind. */
export const problemsZh = {
  kernel: {
    invalid_input: '有些内容填写得不对，请检查后再提交。',
    unauthenticated: '请先登录。',
    forbidden: '您的账户没有执行此操作的权限。',
    not_found: '没有找到，它可能已被删除。',
    conflict: '当前状态不允许这样做，请刷新后再试。',
    body_too_large: '内容太大了。',
    too_many_requests: '操作过于频繁，请稍后再试。',
    internal_error: '服务器出了意外，请稍后重试；如果一直如此，请把请求编号告诉我们。',
    unavailable: '服务暂时不可用，请稍后重试。',
  },
  wallet: {
    insufficient_balance: '余额不足，请先充值。',
    serial_number_taken: '这个流水号已用于另一笔内容不同的转账。',
  },
};

export type ProblemMessages = typeof problemsZh;
