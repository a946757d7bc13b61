import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { FastifyInstance } from 'fastify';
import type { Person } from './factories.ts';
import type { ListUnderTest } from './list-rows.ts';

/** How a person acts in a life that a test leads: whatever is not answered with success ends the test. */
export interface Living {
  readonly call: (method: 'GET' | 'POST' | 'PATCH' | 'PUT', url: string, body?: object) => Promise<unknown>;
  /** Stands in every text the person enters, so that what holds it was entered. */
  readonly word: string;
}

/**
 * What tests about all modules need of one and cannot read from its declarations. It stands in the folder of the module,
 * in `all-modules.fixture.ts`, where they find it; a test that lacks something says so with the name of that file.
 */
export interface ModuleFixture {
  /** Every paged list, by its address. */
  readonly lists?: Readonly<Record<string, ListUnderTest>>;
  /** Lists that are no files of figures too, and why: taken along another way, or texts. By address. */
  readonly withoutFiles?: Readonly<Record<string, string>>;
  /**
   * How a person makes one thing of each kind that an address names, by the name of the parameter: its id. `public` where
   * the address names nothing of an account: a public thing, or one that only operators or payment channels may name.
   */
  readonly addresses?: Readonly<
    Record<string, ((owner: Person, app: FastifyInstance) => Promise<string>) | 'public'>
  >;
  /** What anyone may call without logging in: `GET /api/catalog/models`. */
  readonly openOperations?: readonly string[];
  /** What a person does so that each table about persons has a row of theirs, and each sealed column a text of theirs. */
  readonly live?: (living: Living) => Promise<void>;
  /** Tables about persons in which no life leaves a row: `wallet.suspended_payments`. */
  readonly notLived?: readonly string[];
  readonly sealed?: {
    /** Sealed columns with words of ours, in which nothing that a person enters stands: `schema.table.key`. */
    readonly ownWords?: readonly string[];
    /** Sealed columns with identifiers and codes only: nothing in them could be told apart in a file. */
    readonly withoutWords?: readonly string[];
    /** Sealed columns into which no life leads. */
    readonly notLived?: readonly string[];
  };
  /** What a row holds where a check of the database asks for it, or any value would be taken for an act: by table. */
  readonly rows?: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;
}

const folder = fileURLToPath(new URL('../modules', import.meta.url));
const fileName = 'all-modules.fixture.ts';

/** Where the fixture of a module stands, for messages. */
export function fixtureFileOf(module: string): string {
  return `server/modules/${module}/${fileName}`;
}

async function readFixture(module: string): Promise<readonly [string, ModuleFixture]> {
  const found: unknown = await import(pathToFileURL(join(folder, module, fileName)).href);
  if (typeof found !== 'object' || found === null || !('fixture' in found))
    throw new Error(`${fixtureFileOf(module)} exports no fixture`);
  // Guarantee: each says `satisfies ModuleFixture`.
  return [module, found.fixture as ModuleFixture];
}

/** The fixtures of all modules that have one, by module. */
export const moduleFixtures: ReadonlyMap<string, ModuleFixture> = new Map(
  await Promise.all(
    readdirSync(folder)
      .filter((module) => existsSync(join(folder, module, fileName)))
      .map(readFixture),
  ),
);

/** One part of all fixtures, as one list. */
export function ofAllModules<Part>(of: (fixture: ModuleFixture) => readonly Part[] | undefined): Part[] {
  return [...moduleFixtures.values()].flatMap((fixture) => of(fixture) ?? []);
}
