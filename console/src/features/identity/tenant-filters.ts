/** Filters of the tenants that their address holds. Words that are searched may name a person, so they are not here. */
export const tenantFilters = ['kind', 'status', 'from', 'to', 'size'] as const;
