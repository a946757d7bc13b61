import { randomUUID } from 'node:crypto';
import { VaultError } from '@candor/privacy-engine';
import { type Ctx, now } from '../kernel/context.ts';
import { inTransaction } from '../kernel/db.ts';
import type { MetricFacts } from '../kernel/metrics.ts';
import { acceptLogCut, audit, compareLog, knownAnchors, type LogComparison } from '../modules/audit/index.ts';
import {
  compareTimes,
  destroyKeysOfErased,
  isDatabaseBehind,
  isVaultBehind,
  markVault,
  reapplyErasures,
  rememberLostErasures,
  type TimeReport,
} from '../modules/privacy/index.ts';
import { authorize } from '../declare/permissions.ts';
import { candorCommand } from '../cli/candor-command.ts';

const command = `${candorCommand} restore accept`;

/** What database, vault and audit log know of each other. */
export interface RestoredReport extends TimeReport, LogComparison {}

/** Where the anchors of the audit log are. A backup may have taken back some of them, and the vault too. */
export interface AnchorSettings {
  readonly auditAnchors: readonly string[];
}

export async function findRestoredParts(ctx: Ctx, { auditAnchors }: AnchorSettings): Promise<RestoredReport> {
  return { ...(await compareTimes(ctx)), ...(await compareLog(ctx, knownAnchors(ctx, auditAnchors))) };
}

/**
 * A database or a vault that went back in time is not served: persons who were erased would be back, consents that
 * were taken back would count, and destroyed keys would open again.
 * @throws WentBackError naming what went back and what to do.
 */
export async function requireSameTime(ctx: Ctx, settings: AnchorSettings): Promise<void> {
  const lines = describeTimes(await findRestoredParts(ctx, settings));
  if (lines.length > 0) throw new WentBackError('corrupt', lines.join('\n'));
}

class WentBackError extends VaultError {}

/** In words for the operator; empty when database, vault and audit log are of the same time. */
export function describeTimes(report: RestoredReport): string[] {
  const { unknownToDatabase, logCut } = report;
  const lines: string[] = [];
  if (isDatabaseBehind(report))
    lines.push(
      `The database went back in time: the vault remembers ${unknownToDatabase.length} erasures that this database has never heard of (${some(unknownToDatabase)}). Put the newest database back. If it is lost and this is the newest backup, run: ${command}. It erases these persons again. What was decided since the backup is lost too: ask for consents anew.`,
    );
  if (isVaultBehind(report))
    lines.push(
      `The vault went back in time: ${describeVault(report)}. Keys that were destroyed may be in it. Put the newest vault back. If it is lost, run: ${command}. It destroys the keys of every erased person again; what was sealed with keys that are missing now stays unreadable.`,
    );
  if (logCut !== null)
    lines.push(
      `${logCut.isForked ? `The audit log is another one: of ${logCut.from} signed entries this database has the first ${logCut.to}, and others after them` : `The audit log was cut off: ${logCut.from} entries were signed, and this database ends after ${logCut.to}`}. ${logCut.isUnknownToVault ? vaultToo : ''}Put the newest database back. If it is lost and this is the newest backup, run: ${command}. From then on every verification of the log reports that it was cut.`,
    );
  return lines;
}

const vaultToo =
  'The vault does not remember these entries, so it is probably from before them as well: then the persons erased since are back together with the keys, and nothing here knows who they were. Put the newest vault back. ';

function describeVault({ unknownToVault, vaultWas }: TimeReport): string {
  const parts: string[] = [];
  if (unknownToVault.length > 0)
    parts.push(
      `this database carried out ${unknownToVault.length} erasures (${some(unknownToVault)}) that the vault has no line of`,
    );
  if (vaultWas !== null)
    parts.push(`the audit log says it was at epoch ${vaultWas.epoch} with ${vaultWas.erasures} erasures`);
  return parts.join(', and ');
}

function some(ids: readonly string[]): string {
  return `${ids.slice(0, 3).join(', ')}${ids.length > 3 ? ', …' : ''}`;
}

/** What accepting a restored part did. */
export interface AcceptedRestore {
  readonly logCut: LogComparison['logCut'];
  /** Erasures that were carried out again, because the backup had brought the persons back. */
  readonly erasedAgain: number;
  /** Erasures that only the vault knew. */
  readonly remembered: number;
  /** Keys of erased persons that an older vault had brought back. */
  readonly keysDestroyed: number;
}

/**
 * Makes one time of two, after the operator has said that nothing newer exists: erases again who is back, destroys
 * again what is back, and writes down for either side what only the other knows. May be killed and repeated.
 * @returns null when there was nothing to accept.
 */
export async function acceptRestored(
  ctx: Ctx,
  settings: AnchorSettings & { readonly backupDays: number },
): Promise<AcceptedRestore | null> {
  authorize(ctx, 'privacy:accept-restored');
  const report = await findRestoredParts(ctx, settings);
  if (describeTimes(report).length === 0) return null;
  const { logCut, unknownToDatabase, unknownToVault } = report;
  // Before anything else lets the log grow: the cut says where the backup ends.
  await inTransaction(ctx, 'erasure', (ctx) =>
    audit(ctx, 'vault.restore_accepted', {
      targetId: null,
      subjectId: null,
      details: {
        unknownToDatabase: unknownToDatabase.length,
        unknownToVault: unknownToVault.length,
        ...(logCut === null
          ? {}
          : { logCutFrom: logCut.from, logCutTo: logCut.to, isVaultCut: logCut.isUnknownToVault }),
      },
    }),
  );
  if (logCut !== null) await acceptLogCut(ctx, logCut);
  const erasedAgain = await reapplyErasures(ctx, settings);
  const keysDestroyed = isVaultBehind(report) ? await destroyKeysOfErased(ctx) : 0;
  await rememberLostErasures(ctx, unknownToDatabase);
  for (const erasureId of unknownToVault) {
    // Whom it was about the database has forgotten; their keys are destroyed with those of all who were erased.
    const line = { subject: `forgotten:${randomUUID()}`, at: now(ctx).toISOString(), planHash: 'vault-lost' };
    await ctx.vault.erasures.append({ erasureId, ...line, sealedReference: null });
  }
  await markVault(ctx);
  return { logCut, erasedAgain, remembered: unknownToDatabase.length, keysDestroyed };
}

/** In words for the operator. */
export function describeAccepted(accepted: AcceptedRestore | null): string[] {
  if (accepted === null) return [];
  const { logCut, erasedAgain, remembered, keysDestroyed } = accepted;
  return [
    ...(logCut === null
      ? []
      : [
          `The audit log was cut from ${logCut.from} entries to ${logCut.to}; the vault and the log remember that. Missing are ${logCut.from - logCut.to} signed entries and ${logCut.lostHeads} signed heads.`,
          ...(logCut.isUnknownToVault ? [vaultLost] : []),
        ]),
    `${erasedAgain} persons that the backup had brought back were erased again.`,
    `${remembered} erasures that only the vault remembered are in the list again; the references of their persons open the certificates.`,
    `${keysDestroyed} keys of erased persons that an older vault had brought back were destroyed again.`,
  ];
}

const vaultLost =
  'The vault did not remember these entries either. Erasures after the backup cannot be carried out again, because nothing here knows whom they were about: if you hold other records of them (certificates, messages), erase these persons anew.';

const wentBack: MetricFacts = {
  name: 'candor_restored_parts',
  help: '1 when the database or the vault is from before the other, so that this process no longer serves',
};

const hourMs = 60 * 60 * 1000;

interface TimesWatch extends AnchorSettings {
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
  { everyMs = hourMs, onWentBack, auditAnchors }: TimesWatch,
): { stop(): Promise<void> } {
  let looking = Promise.resolve();
  const look = async (): Promise<void> => {
    try {
      await requireSameTime(ctx, { auditAnchors });
      await markVault(ctx);
    } catch (error) {
      if (!(error instanceof WentBackError)) {
        ctx.log.error({ err: error }, 'database and vault could not be compared');
        return;
      }
      clearInterval(timer);
      gauge.set(1);
      onWentBack(error);
    }
  };
  const timer = setInterval(() => {
    looking = looking.then(look);
  }, everyMs);
  timer.unref();
  const gauge = ctx.product.metrics.gauge(wentBack);
  gauge.set(0);
  return {
    async stop() {
      clearInterval(timer);
      await looking;
    },
  };
}
