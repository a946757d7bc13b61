/**
 * By the server's code, in the person's words; a code that names a broken rule is looked up with the rule first.
 * Codes without an entry are told by their status.
 */
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
  identity: {
    wrong_credentials: '用户名或密码不正确。',
    wrong_code: '验证码不正确、已使用或已过期。',
    wrong_password: '当前密码不正确。',
    weak_password: '密码不符合要求。',
    weak_password_too_short: '密码至少需要 10 个字符。',
    weak_password_same_as_name: '密码不能与用户名或邮箱相同。',
    weak_password_too_common: '这个密码太常见，容易被猜到，请换一个。',
    too_many_attempts: '尝试次数过多，请稍后再试。',
    username_taken: '这个用户名已被使用。',
    email_taken: '这个邮箱已注册，可以直接登录或找回密码。',
    phone_taken: '这个手机号已注册，可以直接登录。',
    policy_outdated: '隐私政策刚刚更新，请阅读新版本后重新勾选。',
    foreign_origin: '请求不是从本站页面发出的，请刷新后重试。',
    no_proven_contact: '您还没有验证过的手机或邮箱，请改用密码确认。',
    too_many_api_keys: '密钥数量已达上限，请先删除不用的密钥。',
  },
  wallet: {
    insufficient_balance: '余额不足，请先充值。',
    serial_number_taken: '这个流水号已用于另一笔内容不同的转账。',
    tenant_not_found: '没有这个租户。',
    top_up_not_found: '没有这笔充值。',
    channel_not_offered: '暂不支持这个支付渠道。',
    idempotency_key_reused: '这次充值已经提交过了，请刷新页面。',
    ledger_busy: '账本暂时繁忙，请稍后重试，不会重复扣款。',
  },
  audit: {
    reason_required: '请先说明查看理由（10 到 200 个字）。',
    not_yet_signed: '这条记录还没有被签名，最迟一小时后再试。',
    log_contradicts_anchor: '数据库中的审计日志与已锚定的不一致，请运行 candor audit verify。',
  },
  catalog: {
    model_not_found: '没有这个模型。',
    price_conflict: '这个模型在同一时刻已有另一个价格。',
    price_in_the_past: '生效时间不能早于现在。',
  },
  billing: {
    range_too_long: '时间范围太长，请缩短后再查。',
  },
  gateway: {
    balance_exhausted: '回答途中余额用完了，请充值后再试。',
    key_quota_exhausted: '这个密钥的 token 额度已用完。',
    malformed_request: '请求内容不对，请检查参数。',
    model_not_found: '模型不存在或暂不可用。',
    overloaded: '当前请求太多，请稍后再试。',
    upstream_failed: '模型服务没能完成回答，请稍后重试。',
    upstream_refused: '模型服务拒绝了这个请求，请检查参数。',
    upstream_timed_out: '模型服务响应超时，请稍后重试。',
    upstream_name_taken: '已有同名的上游。',
  },
};

export type ProblemMessages = typeof problemsZh;
