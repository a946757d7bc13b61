import type { EpochState } from '@candor/privacy-engine';
import { z } from 'zod';
import { type Ctx, now } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { defineJob } from '../../kernel/jobs.ts';
import type { CountedMetric } from '../../kernel/metrics.ts';
import { audit } from '../audit/index.ts';
import { authorize } from '../../declare/permissions.ts';

const dayMs = 24 * 60 * 60 * 1000;
/** The vault promises seven days at most; a day is left for a server that was not running. */
const rotateAfterMs = 6 * dayMs;

/**
 * Wraps the surviving keys anew once a week, so that strayed copies of destroyed keys die. Finishes a rotation that
 * was interrupted at the next opportunity.
 */
export async function rotateVault(ctx: Ctx): Promise<void> {
  authorize(ctx, 'vault:rotate');
  const { startedAt, draining } = await ctx.vault.epoch();
  const ageMs = now(ctx).getTime() - Date.parse(startedAt);
  if (ageMs < rotateAfterMs && draining.length === 0) return;
  await rotate(ctx);
}

export interface VaultEpoch {
  readonly current: number;
  readonly startedAt: Date;
  readonly rotatesAt: Date;
  readonly draining: number[];
}

/** How old the epoch is, and when it ends automatically. */
export async function readEpoch(ctx: Ctx): Promise<VaultEpoch> {
  authorize(ctx, 'vault:manage');
  return view(await ctx.vault.epoch());
}

/** Rotates now, whatever the age: after a copy of the vault has strayed the operator need not wait for the week to end. */
export async function rotateNow(ctx: Ctx): Promise<VaultEpoch> {
  authorize(ctx, 'vault:manage');
  return view(await rotate(ctx));
}

async function rotate(ctx: Ctx): Promise<EpochState> {
  const epoch = await ctx.vault.rotateEpoch();
  await inTransaction(ctx, 'security', (ctx) =>
    audit(ctx, 'vault.rotated', { targetId: null, subjectId: null, details: { epoch: epoch.current } }),
  );
  return epoch;
}

function view({ current, startedAt, draining }: EpochState): VaultEpoch {
  const started = new Date(startedAt);
  const rotatesAt = new Date(started.getTime() + rotateAfterMs);
  return { current, startedAt: started, rotatesAt, draining: [...draining] };
}

/** Looks every day whether the week is over. */
export const rotateJob = defineJob('vault.rotate', z.object({}), rotateVault, { cron: '41 19 * * *' });

/** Shows whether rotating has stopped: what was destroyed longer ago than this cannot be recovered. */
export const epochAge: CountedMetric = {
  name: 'candor_vault_epoch_age_seconds',
  help: 'Age of the epoch of key-encryption keys; should stay below seven days',
  kind: 'gauge',
  async count(ctx) {
    const { startedAt } = await ctx.vault.epoch();
    return (now(ctx).getTime() - Date.parse(startedAt)) / 1000;
  },
};
