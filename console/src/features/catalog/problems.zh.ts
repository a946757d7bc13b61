export const problemsZh = {
  catalog: {
    model_not_found: '没有这个模型。',
    price_conflict: '这个模型在同一时刻已有另一个价格。',
    price_in_the_past: '生效时间不能早于现在。',
  },
};
