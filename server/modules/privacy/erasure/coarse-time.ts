/** Beginning of the month, for records that outlive the link to a person. */
export function monthOf(instant: Date): Date {
  return new Date(Date.UTC(instant.getUTCFullYear(), instant.getUTCMonth()));
}

/** Beginning of the next month: where a term counts from it, no law's term ends early. */
export function nextMonthOf(instant: Date): Date {
  return new Date(Date.UTC(instant.getUTCFullYear(), instant.getUTCMonth() + 1));
}

/** Beginning of the next day, for the same reason. */
export function nextDayOf(instant: Date): Date {
  return new Date(Date.UTC(instant.getUTCFullYear(), instant.getUTCMonth(), instant.getUTCDate() + 1));
}
