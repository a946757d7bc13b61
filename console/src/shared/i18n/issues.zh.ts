/** What a field breaks, by the rule the server names. */
export const issuesZh = {
  missing: '必填',
  wrong_type: '格式不正确',
  too_short: '至少需要 {limit} 个字',
  too_long: '最多 {limit} 个字',
  too_small: '不能小于 {limit}',
  too_large: '不能大于 {limit}',
  too_few: '至少需要 {limit} 项',
  too_many: '最多 {limit} 项',
  wrong_format: '格式不正确',
  not_a_choice: '请从可选项中选择',
  unknown_field: '有不认识的内容',
  not_a_multiple: '须为规定单位的整数倍',
  mixed_scripts: '不能混用不同文字的字母',
  like_a_phone: '不能看起来像电话号码',
  reserved: '不能含有保留词（如“管理员”“客服”、admin），也不能是系统编号',
  special_address: '不能是云厂商元数据、链路本地、组播或未指定的地址',
  own_service: '这是本安装自身的地址',
  private_address: '只有设置 CANDOR_PRIVATE_UPSTREAMS=true 后才能使用私有地址',
  not_accepted: '此处填写的内容不符合要求',
};

export type IssueMessages = typeof issuesZh;
