import { inArray } from 'drizzle-orm';
import { LRUCache } from 'lru-cache';
import { type Ctx, userOf } from '../../../kernel/context.ts';
import { inTransaction } from '../../../kernel/db.ts';
import { acceptPolicy, acceptedPolicyHashes } from '../../identity/index.ts';
import { covers, type PolicyChange, policyChange } from './policy-change.ts';
import type { PolicyFacts } from './policy-facts.ts';
import { acceptanceRequired, notNamed, unknownPolicy } from './problems.ts';
import { type Policy, publishPolicy } from './publish-policy.ts';
import { policyVersions } from './tables.ts';

/** Where a person stands with the policy in force. */
export interface PolicyStanding {
  readonly version: string;
  readonly hash: string;
  /** The newest version the person accepted, null when there was none. */
  readonly acceptedVersion: string | null;
  readonly mustAccept: boolean;
  /** What differs from what they accepted; null where that is unknown. */
  readonly change: PolicyChange | null;
}

/** The policies of one process: the one in force, and who may go on under it. */
export interface Policies {
  current(): Promise<Policy>;
  /** Settings have changed here: the next reader publishes what they say now. */
  changed(): void;
  /** The policy a newcomer may accept. @throws `privacy.installation_not_named` before the installation is open. */
  forNewcomers(): Promise<Policy>;
  standingOf(ctx: Ctx): Promise<PolicyStanding>;
  accept(ctx: Ctx, version: string): Promise<PolicyStanding>;
  /** @throws `privacy.acceptance_required` for a person who has accepted less than is done now. */
  requireAccepted(ctx: Ctx): Promise<void>;
  /** Keys of the recipients this person has accepted. */
  acceptedRecipients(userId: string): Promise<ReadonlySet<string>>;
}

/** Other processes publish too; what they have published is seen after this long. */
const freshMs = 2_000;
const maxPersons = 10_000;

export function openPolicies(systemCtx: Ctx, { mustBeNamed }: { readonly mustBeNamed: boolean }): Policies {
  let known: { readonly policy: Promise<Policy>; readonly readAtMs: number } | null = null;
  const factsByHash = new LRUCache<string, { version: string; facts: PolicyFacts }>({ max: 200 });
  /** `person hash of the policy in force`: once covered, covered for ever. */
  const coveredPersons = new LRUCache<string, true>({ max: maxPersons });
  const recipientsByPerson = new LRUCache<string, { at: number; keys: ReadonlySet<string> }>({
    max: maxPersons,
  });
  const nowMs = () => systemCtx.clock.now().getTime();

  async function current(): Promise<Policy> {
    if (known === null || Math.abs(nowMs() - known.readAtMs) > freshMs) {
      known = { policy: publishPolicy(systemCtx), readAtMs: nowMs() };
      known.policy.catch(() => {
        known = null;
      });
    }
    return known.policy;
  }

  /** What a person accepted, newest first; versions whose text was not kept are left out. */
  async function acceptedOf(userId: string) {
    const hashes = await acceptedPolicyHashes(systemCtx, userId);
    const missing = hashes.filter((hash) => !factsByHash.has(hash));
    if (missing.length > 0) {
      const rows = await inTransaction(systemCtx, 'operations', (ctx) =>
        ctx.db
          .select({ hash: policyVersions.hash, version: policyVersions.version, facts: policyVersions.facts })
          .from(policyVersions)
          .where(inArray(policyVersions.hash, missing)),
      );
      for (const { hash, version, facts } of rows)
        if (facts !== null) factsByHash.set(hash, { version, facts });
    }
    return hashes.flatMap((hash) => factsByHash.get(hash) ?? []);
  }

  /** An account that never accepted anything publishes the policy: no other account is without. */
  async function recipientsOf(userId: string): Promise<string[]> {
    const hashes = await acceptedPolicyHashes(systemCtx, userId);
    if (hashes.length === 0) return Object.keys((await current()).facts.recipients);
    return (await acceptedOf(userId)).flatMap(({ facts }) => Object.keys(facts.recipients));
  }

  async function isCovered(userId: string, policy: Policy): Promise<boolean> {
    const key = `${userId} ${policy.hash}`;
    if (coveredPersons.has(key)) return true;
    const accepted = await acceptedOf(userId);
    if (!accepted.some(({ facts }) => covers(facts, policy.facts))) return false;
    coveredPersons.set(key, true);
    return true;
  }

  async function standingOf(ctx: Ctx): Promise<PolicyStanding> {
    const policy = await current();
    const [newest] = await acceptedOf(userOf(ctx));
    return {
      version: policy.version,
      hash: policy.hash,
      acceptedVersion: newest?.version ?? null,
      mustAccept: !isPublisher(ctx) && !(await isCovered(userOf(ctx), policy)),
      change: newest === undefined ? null : policyChange(newest.facts, policy.facts),
    };
  }

  return {
    current,
    changed() {
      known = null;
    },
    async forNewcomers() {
      const policy = await current();
      if (mustBeNamed && !policy.isNamed) throw notNamed();
      return policy;
    },
    standingOf,
    async accept(ctx, version) {
      const policy = await current();
      if (version !== policy.version) throw unknownPolicy({ currentVersion: policy.version });
      await acceptPolicy(ctx, policy);
      recipientsByPerson.delete(userOf(ctx));
      return standingOf(ctx);
    },
    async requireAccepted(ctx) {
      if (ctx.actor.kind !== 'user' || isPublisher(ctx)) return;
      const policy = await current();
      if (!(await isCovered(userOf(ctx), policy)))
        throw acceptanceRequired({ version: policy.version, leaveAt: '/privacy/erase' });
    },
    async acceptedRecipients(userId) {
      const remembered = recipientsByPerson.get(userId);
      if (remembered !== undefined && Math.abs(nowMs() - remembered.at) <= freshMs) return remembered.keys;
      const keys = new Set(await recipientsOf(userId));
      recipientsByPerson.set(userId, { at: nowMs(), keys });
      return keys;
    },
  };
}

/** Operators publish the policy; they do not accept their own. */
function isPublisher({ actor }: Ctx): boolean {
  return actor.kind === 'user' && actor.isOperator;
}
