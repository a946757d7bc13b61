export const problemsZh = {
  catalog: {
    model_not_found: '没有这个模型。',
    price_conflict: '同一时刻已有另一个价格版本。',
    price_incomplete: '有必须定价的计费项没有价格。',
    price_in_the_past: '生效时间不能早于现在。',
  },
};
