/** Filters of the page that its address holds. */
export const requestFilters = ['range', 'from', 'to', 'model', 'key', 'outcome', 'id', 'size'] as const;
