import { type Anchor, publicKeySet, readAnchors, type TreeHead } from '@candor/privacy-engine';
import { and, asc, eq, gte, lt } from 'drizzle-orm';
import { asSystem, type Ctx, now } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { newestHead, type SignedHead } from './log-store.ts';
import { logNodes } from './schema.ts';
import { enrolOldEntries, sequenceLog } from './sequence-log.ts';
import { signHead } from './sign-head.ts';
import { beginEndProofs } from './verify-references.ts';
import { type AuditReport, verifyAuditLog } from './verify-audit-log.ts';

/** Keeps the log of one process: gives places, signs, and publishes to the anchors what they lack. */
export interface LogKeeper {
  /** Does what is due: places at once, a head when the last one is an hour old. */
  tick(): Promise<void>;
  /** Signs now and publishes. @throws `audit.log_contradicts_anchor` */
  sign(): Promise<SignedHead | null>;
  /** Reads the whole log and compares it with the anchors. */
  verify(): Promise<AuditReport>;
}

const signEveryMs = 60 * 60 * 1000;
/** After a failed signing, so that a full disk or a contradicted anchor is said once a minute and not once a second. */
const retryEveryMs = 60 * 1000;
const leavesPerRead = 10_000;

/** What an anchor is known to hold; nothing at first, so the first publication reads it. */
interface AnchorState {
  readonly place: string;
  readonly anchor: Anchor;
  newest: TreeHead | null;
}

/** @param openAnchors is asked once, when something is to be signed for the first time. */
export function createLogKeeper(
  ctx: Ctx,
  openAnchors: () => Promise<ReadonlyMap<string, Anchor>>,
): LogKeeper {
  const system = asSystem(ctx, 'audit-log');
  let opening: Promise<AnchorState[]> | null = null;
  let hasEnrolled = false;
  let retryAtMs = 0;

  const anchorStates = (): Promise<AnchorState[]> =>
    (opening ??= openAnchors().then(async (anchors) => {
      const { readings } = await readAnchors(anchors, publicKeySet(ctx.signingKey));
      return Promise.all(
        [...anchors].map(async ([place, anchor]) => {
          const { heads = [], lackingCuts = [] } = readings.get(place) ?? {};
          for (const cut of lackingCuts) await anchor.publishCut(cut, now(ctx));
          return { place, anchor, newest: largest(heads) };
        }),
      );
    }));

  async function sign(): Promise<SignedHead | null> {
    await sequenceLog(system);
    const states = await anchorStates().catch((error: unknown) => {
      // A folder that is away today may be back tomorrow.
      opening = null;
      throw error;
    });
    const head = await signHead(
      system,
      states.flatMap(({ newest }) => newest ?? []),
    );
    if (head !== null) for (const state of states) await publish(system, state, head);
    return head;
  }

  return {
    sign,
    async verify() {
      const states = await anchorStates();
      const anchors = new Map(states.map(({ place, anchor }) => [place, anchor]));
      return verifyAuditLog(system, anchors, publicKeySet(ctx.signingKey));
    },
    async tick() {
      if (!hasEnrolled) {
        await enrolOldEntries(system);
        await beginEndProofs(system);
      }
      hasEnrolled = true;
      await sequenceLog(system);
      const newest = await inTransaction(system, 'security', newestHead);
      const age = newest === null ? Infinity : now(ctx).getTime() - Date.parse(newest.at);
      const isBehind = opening === null || (await opening).some((state) => lacks(state, newest));
      if ((age < signEveryMs && !isBehind) || now(ctx).getTime() < retryAtMs) return;
      retryAtMs = now(ctx).getTime() + retryEveryMs;
      await sign();
      retryAtMs = 0;
    },
  };
}

/** The head first read after a start decides from where the anchor is continued. */
function largest(heads: readonly TreeHead[]): TreeHead | null {
  return heads.reduce<TreeHead | null>(
    (newest, head) => (head.size > (newest?.size ?? -1) ? head : newest),
    null,
  );
}

function lacks({ newest }: AnchorState, head: TreeHead | null): boolean {
  return head !== null && head.size > (newest?.size ?? 0);
}

async function publish(ctx: Ctx, state: AnchorState, head: SignedHead): Promise<void> {
  if (!lacks(state, head)) return;
  const leaves = state.anchor.keepsLeaves ? await readLeaves(ctx, state.newest?.size ?? 0, head.size) : [];
  await state.anchor.publish({ head: head.signedHead, leaves, now: now(ctx) });
  state.newest = head;
}

async function readLeaves(ctx: Ctx, from: number, to: number) {
  const leaves: { index: number; leafHash: Uint8Array }[] = [];
  for (let begin = from; begin < to; begin += leavesPerRead) {
    const rows = await inTransaction(ctx, 'security', (ctx) =>
      ctx.db
        .select({ position: logNodes.position, hash: logNodes.hash })
        .from(logNodes)
        .where(
          and(
            eq(logNodes.level, 0),
            gte(logNodes.position, begin),
            lt(logNodes.position, Math.min(begin + leavesPerRead, to)),
          ),
        )
        .orderBy(asc(logNodes.position)),
    );
    for (const { position, hash } of rows)
      leaves.push({ index: position, leafHash: Buffer.from(hash, 'hex') });
  }
  return leaves;
}
