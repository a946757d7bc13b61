/** Round steps (1, 2, 5 × 10ⁿ) from zero to just above the largest value. */
export function niceTicks(largest: number, count = 4): number[] {
  if (largest <= 0) return [0, 1];
  const rough = largest / count;
  const magnitude = 10 ** Math.floor(Math.log10(rough));
  const step =
    [1, 2, 5, 10].map((factor) => factor * magnitude).find((candidate) => candidate >= rough) ??
    10 * magnitude;
  const wholeStep = Math.max(1, Math.round(step));
  const ticks: number[] = [];
  for (let tick = 0; tick < largest + wholeStep; tick += wholeStep) ticks.push(tick);
  return ticks;
}

/** Which of `count` labels to write so that none touch: the first, and every n-th after it. */
export function labelStride(count: number, widthPx: number, labelWidthPx: number): number {
  const fitting = Math.max(1, Math.floor(widthPx / labelWidthPx));
  return Math.max(1, Math.ceil(count / fitting));
}

/** 12 345 → 12.3k: for axes, where exact figures are in the tooltip and the table. */
export function compactCount(value: number): string {
  if (value < 10_000) return String(value);
  if (value < 1_000_000) return `${Math.floor(value / 100) / 10}k`;
  return `${Math.floor(value / 100_000) / 10}M`;
}
