/** Filters of the keys that their address holds. */
export const keyFilters = ['status'] as const;
