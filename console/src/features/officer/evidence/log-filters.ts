/** Filters of the list of what was done that its address holds: identifiers of ours, words and days. */
export const logFilters = ['action', 'actor', 'target', 'from', 'to', 'size'] as const;
