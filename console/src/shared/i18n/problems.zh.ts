/**
 * By the server's code, in the person's words; a code that names a broken rule is looked up with the rule first.
 * Codes without an entry are described by their status. The words of a module's problems stand in its feature.
 */
export const problemsZh = {
  kernel: {
    unsupported_media_type: '服务器不接受这种内容格式。',
    invalid_input: '有些内容填写得不对，请检查后再提交。',
    unauthenticated: '请先登录。',
    forbidden: '您的账户没有执行此操作的权限。',
    not_found: '没有找到，它可能已被删除。',
    served_by_other_role: '代理把请求转到了错误的进程，请把请求编号告诉运营者。',
    conflict: '当前状态不允许这样做，请刷新后再试。',
    method_not_allowed: '此地址不接受这样的请求。',
    request_timed_out: '请求传输时间过长，请重新发送。',
    body_too_large: '内容太大了。',
    address_too_long: '地址太长了。',
    headers_too_large: '浏览器随请求发送的内容过多，请清除本站的 Cookie 后重试。',
    malformed_http: '无法读取该请求。',
    too_many_requests: '操作过于频繁，请稍后再试。',
    internal_error: '服务器出了意外，请稍后重试；如果一直如此，请把请求编号告诉我们。',
    unavailable: '服务暂时不可用，请稍后重试。',
  },
};
