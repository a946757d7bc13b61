import { createLog } from '../kernel/log.ts';
import { type Maintenance, openMaintenance } from '../kernel/maintenance.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Ctx } from '../kernel/context.ts';
import { expect } from 'vitest';
import { goodPassword, type Person } from './factories.ts';
import { contextWith, type Database, test as base } from './test.ts';

/** The worker of erasures, with the connection of the owner of the database. */
export type Eraser = Ctx & { readonly maintenance: Maintenance };

export const test = base.extend<{ system: Eraser }>({
  system: async ({ database, clock }, use) => {
    const maintenance = openMaintenance(database.adminUrl, createLog('silent'));
    await use({ ...eraserOf(database, clock), maintenance });
    await maintenance.close();
  },
});

/** Without the connection of the owner. */
export function eraserOf(database: Database, clock: Clock): Ctx {
  return contextWith(database, clock, { kind: 'system', name: 'test' }, null);
}

export interface Preview {
  readonly promiseHash: string;
  readonly erased: readonly {
    readonly table: string;
    readonly rows: number;
    readonly how: string;
    readonly columns: string[];
  }[];
  readonly held: readonly {
    readonly table: string;
    readonly columns: string[];
    readonly law: string;
    readonly term: string;
    readonly until: string;
  }[];
  readonly unlinked: readonly {
    readonly table: string;
    readonly columns: string[];
    readonly rows: number;
    readonly law: string | null;
  }[];
  readonly balanceMicros: number;
  readonly owedMicros: number;
  readonly blocks: readonly string[];
  readonly closesAccount: boolean;
}

export async function previewOf(person: Person): Promise<Preview> {
  const answer = await person.call('POST', '/api/privacy/erasure/preview?lang=en');
  expect(answer.statusCode, answer.body).toBe(200);
  return answer.json<Preview>();
}

export function confirm(person: Person, { promiseHash }: Pick<Preview, 'promiseHash'>, wishes: object = {}) {
  const body = { proof: { password: goodPassword }, promiseHash, ...wishes };
  return person.call('POST', '/api/privacy/erasure/confirm', body);
}

/** A person who has just confirmed: every door is shut, nothing is destroyed yet. */
export async function confirmed(
  person: Person,
  wishes: object = {},
): Promise<{ erasureId: string; reference: string }> {
  const answer = await confirm(person, await previewOf(person), wishes);
  expect(answer.statusCode, answer.body).toBe(202);
  return answer.json<{ erasureId: string; reference: string }>();
}
