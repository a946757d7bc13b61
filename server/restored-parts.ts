import { randomUUID } from 'node:crypto';
import { VaultError } from '@candor/privacy';
import { Gauge } from 'prom-client';
import { type Ctx, now } from './kernel/context.ts';
import { inTransaction } from './kernel/db.ts';
import { platformMetrics } from './kernel/metrics.ts';
import { audit } from './modules/audit/index.ts';
import {
  compareTimes,
  destroyKeysOfErased,
  isDatabaseBehind,
  isVaultBehind,
  markVault,
  reapplyErasures,
  rememberLostErasure,
  type TimeReport,
} from './modules/privacy/index.ts';
import { authorize } from './permissions.ts';

const command = 'npm run candor -- restore accept';

/**
 * A database or a vault that went back in time is not served: persons who were erased would be back, consents that
 * were taken back would count, and destroyed keys would open again.
 * @throws WentBackError naming what went back and what to do.
 */
export async function requireSameTime(ctx: Ctx): Promise<void> {
  const lines = describeTimes(await compareTimes(ctx));
  if (lines.length > 0) throw new WentBackError('corrupt', lines.join('\n'));
}

class WentBackError extends VaultError {}

/** In words for the operator; empty when database and vault are of the same time. */
export function describeTimes(report: TimeReport): string[] {
  const { unknownToDatabase, unknownToVault, vaultWas } = report;
  const lines: string[] = [];
  if (isDatabaseBehind(report))
    lines.push(
      `The database went back in time: the vault remembers ${unknownToDatabase.length} erasures that this database has never heard of (${some(unknownToDatabase)}). Put the newest database back. If it is lost and this is the newest backup, run: ${command}. It erases these persons again. What was decided since the backup is lost too: ask for consents anew.`,
    );
  if (isVaultBehind(report))
    lines.push(
      `The vault went back in time: ${unknownToVault.length === 0 ? 'the audit log' : `this database carried out ${unknownToVault.length} erasures (${some(unknownToVault)}) that the vault has no line of, and the log`} says it was at epoch ${vaultWas?.epoch ?? '?'} with ${vaultWas?.erasures ?? '?'} erasures. Keys that were destroyed may be in it. Put the newest vault back. If it is lost, run: ${command}. It destroys the keys of every erased person again; what was sealed with keys that are missing now stays unreadable.`,
    );
  return lines;
}

function some(ids: readonly string[]): string {
  return `${ids.slice(0, 3).join(', ')}${ids.length > 3 ? ', …' : ''}`;
}

/**
 * Makes one time of two, after the operator has said that nothing newer exists: erases again who is back, destroys
 * again what is back, and writes down for either side what only the other knows. May be killed and repeated.
 */
export async function acceptRestored(ctx: Ctx, settings: { readonly backupDays: number }): Promise<void> {
  authorize(ctx, 'privacy:accept-restored');
  const report = await compareTimes(ctx);
  if (describeTimes(report).length === 0) return;
  await reapplyErasures(ctx, settings);
  if (isVaultBehind(report)) await destroyKeysOfErased(ctx);
  for (const id of report.unknownToDatabase) await rememberLostErasure(ctx, id);
  for (const erasureId of report.unknownToVault) {
    // Whom it was about the database has forgotten; their keys are destroyed with those of all who were erased.
    const line = { subject: `forgotten:${randomUUID()}`, at: now(ctx).toISOString(), planHash: 'vault-lost' };
    await ctx.vault.erasures.append({ erasureId, ...line });
  }
  await inTransaction(ctx, 'erasure', (ctx) =>
    audit(
      ctx,
      'vault.restore_accepted',
      null,
      { unknownToDatabase: report.unknownToDatabase.length, unknownToVault: report.unknownToVault.length },
      null,
    ),
  );
  await markVault(ctx);
}

const wentBack = new Gauge({
  name: 'candor_restored_parts',
  help: '1 when the database or the vault is from before the other, so that this process no longer serves',
  registers: [platformMetrics],
});

const hourMs = 60 * 60 * 1000;

interface TimesWatch {
  readonly everyMs?: number;
  /** Told once, with what went back and what to do. */
  readonly onWentBack: (reason: VaultError) => void;
}

/**
 * While the server runs an older vault or database may be put under it. Every process looks for itself, because each
 * serves for itself. A vault or a database that does not answer is no proof; the next look finds out.
 */
export function watchTimes(
  ctx: Ctx,
  { everyMs = hourMs, onWentBack }: TimesWatch,
): { stop(): Promise<void> } {
  let looking = Promise.resolve();
  const look = async (): Promise<void> => {
    try {
      await requireSameTime(ctx);
      await markVault(ctx);
    } catch (error) {
      if (!(error instanceof WentBackError)) {
        ctx.log.error({ err: error }, 'database and vault could not be compared');
        return;
      }
      clearInterval(timer);
      wentBack.set(1);
      onWentBack(error);
    }
  };
  const timer = setInterval(() => {
    looking = looking.then(look);
  }, everyMs);
  timer.unref();
  wentBack.set(0);
  return {
    async stop() {
      clearInterval(timer);
      await looking;
    },
  };
}
