/** Filters of the list of transactions that its address holds. */
export const transactionFilters = ['type', 'direction', 'from', 'to', 'size'] as const;
