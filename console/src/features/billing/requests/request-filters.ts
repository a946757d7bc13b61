/** Filters of the page that its address holds. */
export const requestFilters = ['range', 'from', 'to', 'model', 'key', 'outcome', 'id', 'size'] as const;

/** Of the page of operators. */
export const accountRequestFilters = ['tenant', 'id', 'outcome'] as const;

export const outcomes = [
  'completed',
  'client_gone',
  'upstream_failed',
  'stopped',
  'balance_exhausted',
] as const;
