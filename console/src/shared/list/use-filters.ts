import { useNavigate, useSearch } from '@tanstack/react-router';

export type Filters<K extends string> = Readonly<Partial<Record<K, string>>>;

export interface FilterState<K extends string> {
  readonly values: Filters<K>;
  /** Whether rows may be hidden; the length of a page hides none. */
  readonly isFiltered: boolean;
  /** Sets some filters; `undefined` takes one away. */
  set(changes: Partial<Record<K, string | undefined>>): void;
  reset(): void;
}

/** What a route takes over from its address: texts of these names. Whatever else was typed there is dropped. */
export function filtersOf<K extends string>(keys: readonly K[], search: Record<string, unknown>): Filters<K> {
  const found: Partial<Record<K, string>> = {};
  for (const key of keys) {
    const value = search[key];
    if ((typeof value === 'string' && value !== '') || typeof value === 'number') found[key] = String(value);
  }
  return found;
}

/**
 * The filters of a list, kept in the address: Back, a reload and a copied link show the same list. What may name a
 * person does not belong here, because addresses end in histories and logs.
 */
export function useFilters<K extends string>(keys: readonly K[]): FilterState<K> {
  const values = filtersOf(keys, useSearch({ strict: false }));
  const navigate = useNavigate();
  function set(changes: Partial<Record<K, string | undefined>>): void {
    void navigate({
      to: '.',
      // Another list begins at its first page.
      search: (current: object) => ({ ...current, pages: undefined, ...changes }),
      resetScroll: false,
    });
  }
  return {
    values,
    isFiltered: Object.keys(values).some((key) => key !== 'size'),
    set,
    reset: () => set(Object.fromEntries(keys.map((key) => [key, undefined])) as Record<K, undefined>),
  };
}

/** One of a few known words of the address, or undefined. */
export function oneOf<V extends string>(known: readonly V[], value: string | undefined): V | undefined {
  return known.find((candidate) => candidate === value);
}
