import type { KeyVault } from '@candor/privacy';
import { Gauge } from 'prom-client';
import { z } from 'zod';
import { type Ctx, now } from './kernel/context.ts';
import { inTransaction } from './kernel/db.ts';
import { defineJob } from './kernel/jobs.ts';
import { platformMetrics } from './kernel/metrics.ts';
import { audit } from './modules/audit/index.ts';
import { authorize } from './permissions.ts';

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
  const { current } = await ctx.vault.rotateEpoch();
  await inTransaction(ctx, 'security', (ctx) => audit(ctx, 'vault.rotated', null, { epoch: current }));
}

defineJob('vault.rotate', z.object({}), rotateVault, { cron: '41 19 * * *' });

/** Shows whether rotating has stopped: what was destroyed longer ago than this is out of everybody's reach. */
export function watchVault(vault: KeyVault): void {
  const gauge = new Gauge({
    name: 'candor_vault_epoch_age_seconds',
    help: 'Age of the epoch of key-encryption keys; should stay below seven days',
    registers: [],
    async collect() {
      const { startedAt } = await vault.epoch();
      this.set((Date.now() - Date.parse(startedAt)) / 1000);
    },
  });
  platformMetrics.removeSingleMetric('candor_vault_epoch_age_seconds');
  platformMetrics.registerMetric(gauge);
}
