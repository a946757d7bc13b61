import type { UsageEvent } from '../../../shared/api/entities.ts';

/** Meters of what a model writes. */
const written: ReadonlySet<string> = new Set([
  'gateway.output-tokens',
  'gateway.reasoning-tokens',
  'gateway.audio-output-tokens',
]);
/** An answer that came in one piece was not seen being written. */
const shortestMs = 20;

/** How fast an answer was written: from its first piece where that is known. Undefined where it cannot be said. */
export function tokensPerSecond({
  lines,
  durationMs,
  firstByteMs,
}: Pick<UsageEvent, 'lines' | 'durationMs' | 'firstByteMs'>): number | undefined {
  const tokens = lines.reduce((sum, { meter, quantity }) => sum + (written.has(meter) ? quantity : 0), 0);
  const elapsedMs = durationMs - (firstByteMs ?? 0);
  if (tokens === 0 || elapsedMs < shortestMs) return undefined;
  const speed = (tokens * 1000) / elapsedMs;
  return speed >= 10 ? Math.round(speed) : Math.round(speed * 10) / 10;
}

export function secondsText(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}
