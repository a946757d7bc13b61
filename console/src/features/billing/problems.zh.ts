export const problemsZh = {
  billing: {
    account_or_request_missing: '请选择账户，或填写请求编号。',
    range_too_long: '时间范围太长，请缩短后再查。',
    too_many_sums: '数据太多，无法在一张图中显示。请缩短时间范围，或只选一个模型或一个密钥。',
  },
};
