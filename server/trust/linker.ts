import { createHash } from 'node:crypto';

/**
 * An attacker with the whole database, some time after persons were erased. What is left falls apart into ends: the
 * erasures with their certificates, the consent references that persons hold receipts of, and the shells, random ids
 * under which a law keeps rows. The linker tries to tell which of these belong together; every pair it can tell is a
 * way back to a person.
 */

export interface Row {
  readonly table: string;
  readonly cells: Readonly<Record<string, unknown>>;
  /** Number of the transaction that wrote it, as PostgreSQL keeps it beside every row. */
  readonly transaction: string;
}

export interface End {
  readonly kind: 'erasure' | 'consent' | 'shell';
  /** By which it is called: id of the erasure, reference of the consents, id of the person. */
  readonly name: string;
  /** Names that lead to its rows at once. */
  readonly keys: readonly string[];
}

export interface Link {
  readonly from: string;
  readonly to: string;
  /** By which join, and by what. */
  readonly by: string;
}

/** What one end leads to, by following what only its rows have in common. */
interface Trail {
  readonly end: End;
  readonly rows: ReadonlySet<Row>;
}

/** Ids and random texts are worth following from row to row; a word like `paid` is not. */
const shortestId = 16;
/** Two acts of one request are as near as this. */
const nearMs = 2_000;
/** Places in the log as near as this belong to one request. */
const nearPlaces = 2;

/** Every pair of an erasure or a consent reference with a shell that some join tells. */
export function findLinks(rows: readonly Row[], ends: readonly End[]): Link[] {
  const index = indexValues(rows);
  const trails = ends.map((end) => ({ end, rows: followIds(end, ends, index) }));
  const shells = trails.filter(({ end }) => end.kind === 'shell');
  const others = trails.filter(({ end }) => end.kind !== 'shell');
  const places = new Map(rows.map((row, place) => [row, place] as const));
  const joins: Record<string, (trail: Trail) => Iterable<string>> = {
    'the same row': ({ rows: found }) =>
      [...found].map((row) => `row ${String(places.get(row))} of ${row.table}`),
    'the same value': ({ rows: found }) => [...found].flatMap((row) => textsOf(row)),
    'a hash of the id': ({ end, rows: found }) =>
      end.kind === 'shell' ? end.keys.flatMap(hashesOf) : [...found].flatMap((row) => textsOf(row)),
    'the same transaction': ({ rows: found }) => [...found].map(({ transaction }) => transaction),
    'the same instant': ({ rows: found }) => [...found].flatMap(instantsOf).map(String),
    'the same number': (trail) => numbersOf(trail),
  };
  const links = Object.entries(joins).flatMap(([by, keysOf]) => joinBy(by, keysOf, others, shells));
  return [
    ...links,
    ...joinNearby(
      'instants near each other',
      (trail) => [...trail.rows].flatMap(instantsOf),
      nearMs,
      others,
      shells,
    ),
    ...joinNearby('neighbours in the log', (trail) => placesInLog(trail, rows), nearPlaces, others, shells),
    ...joinByMonth(others, shells),
  ];
}

/** Texts of the database that hold what was known of a person, in any row. */
export function findNames(rows: readonly Row[], known: readonly string[]): string[] {
  return rows.flatMap((row) =>
    Object.entries(row.cells).flatMap(([column, value]) => {
      const text = typeof value === 'string' ? value : JSON.stringify(value ?? null);
      return known.some((name) => text.includes(name)) ? [`${row.table}.${column}`] : [];
    }),
  );
}

/** Rows by every text in them, that of JSON included. */
function indexValues(rows: readonly Row[]): ReadonlyMap<string, readonly Row[]> {
  const index = new Map<string, Row[]>();
  for (const row of rows)
    for (const text of new Set(textsOf(row))) {
      const known = index.get(text);
      if (known === undefined) index.set(text, [row]);
      else known.push(row);
    }
  return index;
}

/** Follows ids from row to row, until one leads to rows of several ends of the kind: such an id tells none of them. */
function followIds(
  end: End,
  ends: readonly End[],
  index: ReadonlyMap<string, readonly Row[]>,
): ReadonlySet<Row> {
  const keysOfOthers = new Set(
    ends.filter(({ kind, name }) => kind === end.kind && name !== end.name).flatMap(({ keys }) => keys),
  );
  const isShared = (value: string) =>
    (index.get(value) ?? []).some((row) => textsOf(row).some((text) => keysOfOthers.has(text)));
  const found = new Set<Row>();
  const followed = new Set<string>();
  let next: readonly string[] = end.keys;
  while (next.length > 0) {
    const reached: string[] = [];
    for (const value of next) {
      followed.add(value);
      for (const row of index.get(value) ?? []) {
        if (found.has(row)) continue;
        found.add(row);
        reached.push(...textsOf(row));
      }
    }
    next = [...new Set(reached)].filter(
      (value) =>
        value.length >= shortestId &&
        !followed.has(value) &&
        !isInstant(value) &&
        !isCommon(index, value) &&
        !isShared(value),
    );
  }
  return found;
}

/** Names of our tables, hashes of declarations and of texts stand in rows of every person. */
function isCommon(index: ReadonlyMap<string, readonly Row[]>, value: string): boolean {
  return (index.get(value)?.length ?? 0) > 200;
}

/** A key tells a pair when exactly one end of either side has it. */
function joinBy(
  by: string,
  keysOf: (trail: Trail) => Iterable<string>,
  others: readonly Trail[],
  shells: readonly Trail[],
): Link[] {
  const owners = (trails: readonly Trail[]) => {
    const trailsByKey = new Map<string, Set<Trail>>();
    for (const trail of trails)
      for (const key of keysOf(trail)) trailsByKey.set(key, (trailsByKey.get(key) ?? new Set()).add(trail));
    return trailsByKey;
  };
  const shellsByKey = owners(shells);
  return [...owners(others)].flatMap(([key, found]) => {
    const [from, to] = [only(found), only(shellsByKey.get(key) ?? new Set<Trail>())];
    return from === undefined || to === undefined ? [] : [linkOf(from, to, `${by}: ${key}`)];
  });
}

/** A number near that of exactly one shell tells a pair. */
function joinNearby(
  by: string,
  numbersIn: (trail: Trail) => readonly number[],
  reach: number,
  others: readonly Trail[],
  shells: readonly Trail[],
): Link[] {
  const ofShells = shells.map((shell) => ({ shell, numbers: numbersIn(shell) }));
  return others.flatMap((from) =>
    [...new Set(numbersIn(from))].flatMap((number) => {
      const near = ofShells.filter(({ numbers }) =>
        numbers.some((other) => Math.abs(other - number) <= reach),
      );
      const [first] = near;
      return first === undefined || near.length > 1 ? [] : [linkOf(from, first.shell, `${by}: ${number}`)];
    }),
  );
}

/** A month in which a single person left tells who it was, however coarse the instants are. */
function joinByMonth(others: readonly Trail[], shells: readonly Trail[]): Link[] {
  const monthsOf = (trail: Trail, table: string, column: string) =>
    [...trail.rows].flatMap((row) => {
      const value = row.table === table ? row.cells[column] : null;
      return typeof value === 'string' ? [value.slice(0, 7)] : [];
    });
  const left = shells.map((shell) => ({
    shell,
    months: monthsOf(shell, 'privacy.restrictions', 'created_at'),
  }));
  return others.flatMap((from) =>
    monthsOf(from, 'privacy.erasures', 'certified_at').flatMap((month) => {
      const candidates = left.filter(({ months }) => months.includes(month));
      const [first] = candidates;
      return candidates.length === 1 && first !== undefined
        ? [linkOf(from, first.shell, `the only one of the month ${month}`)]
        : [];
    }),
  );
}

function only<T>(set: ReadonlySet<T>): T | undefined {
  return set.size === 1 ? [...set][0] : undefined;
}

function linkOf(from: Trail, to: Trail, by: string): Link {
  return { from: `${from.end.kind} ${from.end.name}`, to: `${to.end.kind} ${to.end.name}`, by };
}

/** Every text of a row, those inside JSON included. */
function textsOf({ cells }: Row): string[] {
  return Object.values(cells).flatMap(textsIn);
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}

function isInstant(text: string): boolean {
  return /^\d{4}-\d\d-\d\dT/.test(text);
}

/** Instants finer than a day: as such, and inside of ids that tell when they were made. */
function instantsOf(row: Row): number[] {
  return textsOf(row).flatMap((text) => {
    const at = isInstant(text) ? Date.parse(text) : instantOfId(text);
    return at === null || Number.isNaN(at) || at % 86_400_000 === 0 ? [] : [at];
  });
}

const digits = '0123456789abcdefghjkmnpqrstvwxyz';

/** The first 48 bits of a UUIDv7 are milliseconds; its version is the 13th digit in hex. */
function instantOfId(text: string): number | null {
  const suffix = /^[a-z_]+_([0-7][0-9a-hjkmnp-tv-z]{25})$/.exec(text)?.[1];
  if (suffix === undefined) return null;
  const bits = [...suffix]
    .map((digit) => digits.indexOf(digit).toString(2).padStart(5, '0'))
    .join('')
    .slice(2);
  return bits.slice(48, 52) === '0111' ? Number.parseInt(bits.slice(0, 48), 2) : null;
}

function hashesOf(key: string): string[] {
  return (['hex', 'base64url'] as const).map((form) => createHash('sha256').update(key).digest(form));
}

/** Numbers of a trail: of each cell, and for a shell how many rows of each table it has and the sum of each column. */
function numbersOf({ end, rows }: Trail): string[] {
  const cells: number[] = [];
  const countByTable = new Map<string, number>();
  const sumByColumn = new Map<string, number>();
  for (const { table, cells: row } of rows) {
    countByTable.set(table, (countByTable.get(table) ?? 0) + 1);
    for (const [column, value] of Object.entries(row))
      for (const number of numbersIn(value)) {
        cells.push(number);
        const place = `${table}.${column}`;
        sumByColumn.set(place, (sumByColumn.get(place) ?? 0) + number);
      }
  }
  const all = end.kind === 'shell' ? [...cells, ...countByTable.values(), ...sumByColumn.values()] : cells;
  return [...new Set(all.map(String))];
}

function numbersIn(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(numbersIn);
}

/** Places in the log of the entries a trail leads to. */
function placesInLog({ rows: found }: Trail, rows: readonly Row[]): number[] {
  const entries = new Set(
    [...found].flatMap(({ table, cells }) => (table === 'audit.entries' ? [cells['id']] : [])),
  );
  return rows.flatMap(({ table, cells }) =>
    table === 'audit.log_leaves' && entries.has(cells['entry_id']) ? [Number(cells['seq'])] : [],
  );
}
