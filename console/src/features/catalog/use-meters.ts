import { queryOptions, useQuery } from '@tanstack/react-query';
import { api, unwrap } from '../../shared/api/client.ts';
import type { Meter } from '../../shared/api/entities.ts';
import { useLanguage } from '../../shared/i18n/language.tsx';

/** Meters change with the release of the server only. */
export const metersQuery = queryOptions({
  queryKey: ['catalog', 'meters'],
  queryFn: () => unwrap(api.GET('/api/catalog/meters')),
  staleTime: Infinity,
});

export interface MeterTexts {
  readonly meters: readonly Meter[];
  /** The word for the code of a meter, a unit or a product. */
  readonly wordOf: (code: string) => string;
  /** The word for a unit after a number. */
  readonly unitAfter: (count: number, unit: string) => string;
}

export function useMeters(): MeterTexts {
  const { textLanguage } = useLanguage();
  const data = useQuery(metersQuery).data;
  const wordOf = (code: string) => data?.words[code]?.[textLanguage] ?? code;
  return {
    meters: data?.items ?? [],
    wordOf,
    unitAfter: (count, unit) => wordAfter(count, unit, wordOf(unit)),
  };
}

/** Units are called in English by one of them and titled by several: `call` and `calls`. */
export function wordAfter(count: number, unit: string, title: string): string {
  return count === 1 && title === `${unit}s` ? unit : title;
}

/** In how many units prices are read: a token or a second alone costs less than people compare. */
export function unitsShown(unit: string | undefined): number {
  return unitsByUnit.get(unit ?? '') ?? 1;
}
const unitsByUnit = new Map([
  ['token', 1_000_000],
  ['character', 10_000],
  ['second', 60],
]);
