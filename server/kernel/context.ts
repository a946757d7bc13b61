import type { KeyVault, SigningKey } from '@candor/privacy-engine';
import type { Product } from '../declare/product.ts';
import type { Purpose } from '../declare/policy.ts';
import type { Clock } from './clock.ts';
import type { Db } from './db.ts';
import { newId } from './id.ts';
import type { KeyedHash } from './keyed-hash.ts';
import type { Log } from './log.ts';
import type { Maintenance } from './maintenance.ts';
import type { MessageChannels } from './message-channel.ts';
import { unauthenticated } from './problem.ts';

export type Actor =
  | { readonly kind: 'anonymous' }
  | {
      readonly kind: 'user';
      readonly userId: string;
      readonly sessionId: string;
      readonly role: 'owner' | 'member';
      readonly isOperator: boolean;
    }
  | { readonly kind: 'apiKey'; readonly apiKeyId: string; readonly userId: string }
  /** The system, doing what a person asked for: it sees their rows and no others, and is never taken for them. */
  | { readonly kind: 'delegate'; readonly name: string; readonly userId: string }
  | { readonly kind: 'system'; readonly name: string };

export interface Rules {
  /** Address people use, for links in messages. */
  readonly publicUrl: string;
  /** How long a new password or contact proves nothing, and the old contact can undo the change. */
  readonly coolingOffMs: number;
  /** Countries (ISO 3166-1) whose numbers get text messages. */
  readonly smsCountries: readonly string[];
  /** In development the operator reads messages that no channel takes; in production no operator does. */
  readonly showsUnsentMessages: boolean;
}

const defaultRules: Rules = {
  publicUrl: 'http://127.0.0.1:8787',
  coolingOffMs: 72 * 60 * 60 * 1000,
  smsCountries: ['CN'],
  showsUnsentMessages: true,
};

/** A browser we have seen before, and a keyed hash of the person who logged in with it last. */
export interface Device {
  readonly id: string;
  readonly personMark: string;
}

/** Who asks, for which account, when, and the way to the data. Immutable; the first argument of every verb. */
export interface Ctx {
  /** What all modules bring, such as the registry and the jobs. */
  readonly product: Product;
  /** Outside `inTransaction` this connection may read nothing: the application's role owns nothing. */
  readonly db: Db;
  readonly actor: Actor;
  readonly tenantId: string | null;
  /** The purpose of the open transaction, null outside one. */
  readonly purpose: Purpose | null;
  readonly clock: Clock;
  readonly log: Log;
  readonly keyedHash: KeyedHash;
  /** The keys that seal personal values at rest. */
  readonly vault: KeyVault;
  /** Signs what people and auditors keep: receipts, certificates, roots of the audit log. */
  readonly signingKey: SigningKey;
  /** How messages leave the installation; absent where none is configured. */
  readonly channels?: MessageChannels;
  /** Upkeep in the name of the database's owner; absent where its connection is not given. */
  readonly maintenance?: Maintenance;
  /** What the operator of the installation has set for verbs. */
  readonly rules: Rules;
  readonly requestId: string;
  /** Source address and browser of the request, null for jobs. */
  readonly client: {
    readonly ip: string;
    readonly userAgent: string;
    /** The browser, when it sent a device cookie of ours. */
    readonly device?: Device | null;
  } | null;
  /** Why staff looks at data of persons, as the request says; null where it does not. See `recordStaffRead`. */
  readonly reason: Reason | null;
}

/** What a process brings along, for every caller. */
export type Services = Pick<
  Ctx,
  'product' | 'db' | 'clock' | 'log' | 'keyedHash' | 'vault' | 'signingKey' | 'channels' | 'maintenance'
> & { readonly rules?: Rules };

/** The system itself at the beginning of something: a request before its person is known, a job, a command. */
export function systemContext(services: Services, name: string): Ctx {
  const { product, db, clock, log, keyedHash, vault, signingKey, channels, maintenance } = services;
  return {
    product,
    db,
    actor: { kind: 'system', name },
    tenantId: null,
    purpose: null,
    clock,
    log,
    keyedHash,
    vault,
    signingKey,
    rules: services.rules ?? defaultRules,
    requestId: newId('req'),
    client: null,
    reason: null,
    ...(channels === undefined ? {} : { channels }),
    ...(maintenance === undefined ? {} : { maintenance }),
  };
}

/** The person reads it beside the name of the reader. */
export interface Reason {
  readonly text: string;
  readonly caseId: string | null;
}

/** The time a verb goes by. */
export function now(ctx: Ctx): Date {
  return ctx.clock.now();
}

/** The paying account of the actor. @throws `kernel.unauthenticated` when the caller is not logged in. */
export function tenantOf(ctx: Ctx): string {
  if (ctx.tenantId === null) throw unauthenticated();
  return ctx.tenantId;
}

/** The person whose rows the actor works with. @throws `kernel.unauthenticated` for strangers and the system itself. */
export function userOf({ actor }: Ctx): string {
  if (actor.kind === 'anonymous' || actor.kind === 'system') throw unauthenticated();
  return actor.userId;
}

/** The person who acts, in a session or by their key; null for strangers and the system. */
export function actingPerson({ actor }: Ctx): string | null {
  return actor.kind === 'user' || actor.kind === 'apiKey' ? actor.userId : null;
}

/** Short stable text for audit entries and settings: `user:user_01…`. */
export function actorText(actor: Actor): string {
  switch (actor.kind) {
    case 'anonymous':
      return 'anonymous';
    case 'user':
      return `user:${actor.userId}`;
    case 'apiKey':
      return `apiKey:${actor.apiKeyId}`;
    case 'delegate':
    case 'system':
      return `system:${actor.name}`;
  }
}

/** The same request or job, doing for one person what they asked for. */
export function asDelegate(
  ctx: Ctx,
  name: string,
  person: { readonly userId: string; readonly tenantId: string | null },
): Ctx {
  return { ...ctx, actor: { kind: 'delegate', name, userId: person.userId }, tenantId: person.tenantId };
}

/** The same request, of an unknown person. */
export function asStranger(ctx: Ctx): Ctx {
  return { ...ctx, actor: { kind: 'anonymous' }, tenantId: null };
}

/** The same request or job, acting as the system itself for one tenant or for none. */
export function asSystem(ctx: Ctx, name: string, tenantId: string | null = null): Ctx {
  return { ...ctx, actor: { kind: 'system', name }, tenantId };
}
