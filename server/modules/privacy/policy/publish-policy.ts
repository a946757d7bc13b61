import { createHash } from 'node:crypto';
import { canonicalBytes, civilDateInShanghai, type JsonObject } from '@candor/privacy-engine';
import { desc, eq } from 'drizzle-orm';
import { asSystem, type Ctx, now } from '../../../kernel/context.ts';
import { inTransaction, lockName } from '../../../kernel/db.ts';
import { readOutsideRecipients } from '../../../declare/outside-recipients.ts';
import { authorize } from '../../../declare/permissions.ts';
import { audit } from '../../audit/index.ts';
import { keepNotices } from '../consent/in-force.ts';
import { type Installation, unnamedInstallation } from './installation.ts';
import { type PolicyChange, policyChange } from './policy-change.ts';
import { type PolicyFacts, policyFacts, type PolicySource } from './policy-facts.ts';
import { policyText } from './policy-text.ts';
import { installation, type PolicyDocument, policyVersions } from './tables.ts';

/** A policy as people and receipts name it: day and number for people, the hash of everything it says for proof. */
export interface PolicyVersion {
  readonly version: string;
  readonly number: number;
  readonly hash: string;
  readonly registryHash: string;
  readonly effectiveAt: Date;
}

/** A policy with its whole content. */
export interface Policy extends PolicyVersion {
  readonly facts: PolicyFacts;
  readonly document: PolicyDocument;
  /** Whether the operator has said who runs this installation. */
  readonly isNamed: boolean;
}

/** What the settings say now, inside the transaction of the caller. */
export async function readSource(ctx: Ctx): Promise<PolicySource> {
  const [row] = await ctx.db.select().from(installation);
  const recipients = await readOutsideRecipients(ctx);
  return {
    registry: ctx.product.registry,
    recipients,
    installation: row?.facts ?? unnamedInstallation,
    isNamed: row !== undefined,
  };
}

/** Who runs this installation, as the operator has said; null before that. */
export async function readInstallation(ctx: Ctx): Promise<Installation | null> {
  return inTransaction(asSystem(ctx, 'policy'), 'operations', async (ctx) => {
    const [row] = await ctx.db.select().from(installation);
    return row?.facts ?? null;
  });
}

/**
 * Puts in force what declarations, words and settings say now. The hash covers both languages, so a text that was never
 * seen becomes a new version and one that was seen stays the version it was: processes of two releases that start in
 * turn make two versions, not more.
 */
export async function publishPolicy(ctx: Ctx): Promise<Policy> {
  authorize(ctx, 'privacy:publish-policy');
  return inTransaction(ctx, 'operations', async (ctx) => {
    const source = await readSource(ctx);
    const document = { zh: policyText(source, 'zh'), en: policyText(source, 'en') };
    const facts = policyFacts(source);
    const hash = hashOf({ registryHash: source.registry.hash, facts, document });
    const content = { facts, document, isNamed: source.isNamed };
    const known = await findVersion(ctx, hash);
    if (known !== null) return { ...known, ...content };
    await lockName(ctx, 'policy versions');
    const published = (await findVersion(ctx, hash)) ?? (await insertVersion(ctx, hash, content));
    return { ...published, ...content };
  });
}

async function insertVersion(
  ctx: Ctx,
  hash: string,
  { facts, document }: Pick<Policy, 'facts' | 'document'>,
): Promise<PolicyVersion> {
  await keepNotices(ctx);
  const [newest] = await ctx.db
    .select({ number: policyVersions.number, facts: policyVersions.facts })
    .from(policyVersions)
    .orderBy(desc(policyVersions.number))
    .limit(1);
  const number = (newest?.number ?? 0) + 1;
  const effectiveAt = now(ctx);
  const version = `${civilDateInShanghai(effectiveAt)} · ${number}`;
  const row = { version, number, hash, registryHash: ctx.product.registry.hash, effectiveAt };
  await ctx.db.insert(policyVersions).values({ ...row, facts, document, change: changeSince(newest, facts) });
  await audit(ctx, 'privacy.policy_published', { targetId: version, subjectId: null });
  return row;
}

function changeSince(newest: { facts: PolicyFacts | null } | undefined, facts: PolicyFacts): PolicyChange {
  if (newest === undefined) return { class: 'editorial', changes: [] };
  // What a version said whose text was not kept cannot be compared, so people are asked.
  return newest.facts === null ? { class: 'ask', changes: [] } : policyChange(newest.facts, facts);
}

async function findVersion(ctx: Ctx, hash: string): Promise<PolicyVersion | null> {
  const [row] = await ctx.db
    .select({
      version: policyVersions.version,
      number: policyVersions.number,
      hash: policyVersions.hash,
      registryHash: policyVersions.registryHash,
      effectiveAt: policyVersions.effectiveAt,
    })
    .from(policyVersions)
    .where(eq(policyVersions.hash, hash));
  return row ?? null;
}

function hashOf(content: object): string {
  return createHash('sha256')
    .update(canonicalBytes(asJson(content)))
    .digest('hex');
}

/** Guarantee: built of strings, numbers, truth values, arrays and plain objects only. */
function asJson(content: object): JsonObject {
  return content as JsonObject;
}
