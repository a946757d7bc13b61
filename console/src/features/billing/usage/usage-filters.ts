/** Filters of the page that its address holds. */
export const usageFilters = ['range', 'from', 'to', 'unit', 'measure', 'model', 'key', 'by'] as const;
