import type { Left, RateStanding } from './rate-limits.ts';

/** How an answer says what is left: OpenAI's names on its routes, Anthropic's on Messages. */
export type RateHeaderStyle = 'openai' | 'anthropic';

/** Headers for what is limited; nothing is said of what is not. */
export function rateHeaders(
  style: RateHeaderStyle,
  standing: RateStanding,
  nowMs: number,
): [string, string][] {
  return (['requests', 'tokens'] as const).flatMap((name) => {
    const left = standing[name];
    if (left === null) return [];
    return style === 'openai' ? openAiHeaders(name, left, nowMs) : anthropicHeaders(name, left);
  });
}

function openAiHeaders(
  name: string,
  { limit, remaining, resetAtMs }: Left,
  nowMs: number,
): [string, string][] {
  return [
    [`x-ratelimit-limit-${name}`, String(limit)],
    [`x-ratelimit-remaining-${name}`, String(remaining)],
    [`x-ratelimit-reset-${name}`, durationText(Math.max(0, resetAtMs - nowMs))],
  ];
}

function anthropicHeaders(name: string, { limit, remaining, resetAtMs }: Left): [string, string][] {
  return [
    [`anthropic-ratelimit-${name}-limit`, String(limit)],
    [`anthropic-ratelimit-${name}-remaining`, String(remaining)],
    [`anthropic-ratelimit-${name}-reset`, new Date(resetAtMs).toISOString().replace(/\.\d+Z$/, 'Z')],
  ];
}

/** As OpenAI writes durations: `17ms`, `2.5s`, `1m0s`. */
function durationText(ms: number): string {
  if (ms < 1000) return `${Math.ceil(ms)}ms`;
  if (ms < 60_000) return `${Math.ceil(ms) / 1000}s`;
  return `${Math.floor(ms / 60_000)}m${Math.ceil(ms % 60_000) / 1000}s`;
}
