import type { Route } from './upstream-directory.ts';

/**
 * The next route to try. Those that are well come before those that rest, and among the well the first priority before
 * the next. Inside a priority two are drawn by weight and the less busy one is taken, so that weights hold in the mean
 * and a slow server does not fill up.
 * @param random a number in [0, 1).
 */
export function pickRoute(
  routes: readonly Route[],
  tried: ReadonlySet<Route>,
  nowMs: number,
  random: () => number = Math.random,
): Route | null {
  const left = routes.filter((route) => !tried.has(route));
  const [first] = left;
  if (first === undefined || left.length === 1) return first ?? null;
  const well = left.filter((route) => restsUntilMs(route) <= nowMs);
  if (well.length === 0)
    return left.reduce((best, one) => (restsUntilMs(one) < restsUntilMs(best) ? one : best));
  const priority = Math.min(...well.map((route) => route.priority));
  const candidates = well.filter((route) => route.priority === priority);
  const one = drawn(candidates, random());
  if (candidates.length === 1) return one;
  const other = drawn(
    candidates.filter((route) => route !== one),
    random(),
  );
  return load(other) < load(one) ? other : one;
}

function restsUntilMs({ upstream, upstreamModel }: Route): number {
  return upstream.health.coolsUntilMs(upstreamModel);
}

function load({ upstream, weight }: Route): number {
  return upstream.health.inFlight / weight;
}

function drawn(candidates: readonly Route[], random: number): Route {
  const total = candidates.reduce((sum, { weight }) => sum + weight, 0);
  let rest = random * total;
  for (const one of candidates) {
    rest -= one.weight;
    if (rest < 0) return one;
  }
  // Guarantee: called with at least one.
  return candidates.at(-1) as Route;
}
