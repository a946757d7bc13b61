/** What may become of a copy; nothing else happens to one. */
export const exportTransitions = {
  queued: ['running', 'cancelled', 'failed'],
  running: ['queued', 'ready', 'cancelled', 'failed'],
  ready: ['delivering', 'taken', 'expired', 'cancelled'],
  delivering: ['ready', 'taken', 'expired', 'cancelled'],
  taken: [],
  expired: [],
  cancelled: [],
  failed: [],
} as const satisfies Record<string, readonly string[]>;

export type ExportStatus = keyof typeof exportTransitions;

/** Statuses a copy may come from. */
export function statusesBefore(status: ExportStatus): ExportStatus[] {
  return Object.entries(exportTransitions).flatMap(([from, next]: [string, readonly string[]]) =>
    next.includes(status) ? [asStatus(from)] : [],
  );
}

/** Guarantee: a key of `exportTransitions`. */
function asStatus(name: string): ExportStatus {
  return name as ExportStatus;
}
