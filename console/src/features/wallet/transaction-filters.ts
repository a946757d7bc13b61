/** Filters of the list of transactions that its address holds. */
export const transactionFilters = ['type', 'direction', 'from', 'to', 'size'] as const;

/** Of the bank transfers and the money in suspense, which share a page. */
export const bankTransferFilters = ['status', 'size'] as const;
export const suspenseFilters = ['suspense', 'size'] as const;

/** Of the top-ups, beside the transactions. */
export const topUpFilters = ['topUps'] as const;
