import { access } from 'node:fs/promises';
import { publicKeySet } from '@candor/privacy-engine';
import { ConfigError } from '../config/config.ts';
import type { Ctx } from '../kernel/context.ts';
import {
  openAnchors,
  type AuditReport,
  findEntryAbout,
  isIntact,
  proveEntry,
  verifyAuditLog,
} from '../modules/audit/index.ts';

export interface VerifyOptions {
  readonly anchorFolders: readonly string[];
  readonly isJson: boolean;
  readonly say: (line: string) => void;
}

/** Compares the log with everything that was signed of it and says the first bad leaf. @returns 0 for a whole log, else 1. */
export async function verifyLogOf(ctx: Ctx, { anchorFolders, isJson, say }: VerifyOptions): Promise<number> {
  for (const folder of anchorFolders) {
    // Opening makes a folder that is missing, and an empty anchor contradicts nothing.
    await access(folder).catch(() => {
      throw new ConfigError(`CANDOR_AUDIT_ANCHORS: the anchor ${folder} is not there`);
    });
  }
  const anchors = await openAnchors(ctx, anchorFolders);
  const report = await verifyAuditLog(ctx, anchors, publicKeySet(ctx.signingKey));
  if (isJson) say(JSON.stringify({ isIntact: isIntact(report), ...report }, null, 2));
  else for (const line of describeReport(report)) say(line);
  return isIntact(report) ? 0 : 1;
}

const faults = {
  changed: 'was changed',
  deleted: 'was deleted',
  misplaced: 'stands in a wrong place',
  forked: 'differs from what was signed',
  truncated: 'is missing, and so is everything after it: the log was cut off',
} as const;

function describeReport(report: AuditReport): string[] {
  const { verdict, badEntryId, strangeHeads, areNodesWhole, waiting, unlogged, lostTickets, heads, cuts } =
    report;
  const lines: string[] = [];
  if (verdict.isIntact) {
    lines.push(
      `${verdict.size} leaves agree with ${heads} signed heads; leaves below ${verdict.signedSize} are signed, ${waiting} entries wait for their place.`,
    );
  } else {
    const { fault, firstBadLeaf, lastSuspectLeaf, signedSize } = verdict;
    const range = lastSuspectLeaf === firstBadLeaf ? '' : ` (or another up to leaf ${lastSuspectLeaf})`;
    lines.push(
      `BAD: leaf ${firstBadLeaf}${badEntryId === null ? '' : `, entry ${badEntryId},`} ${faults[fault]}${range}. Leaves below ${signedSize} are as they were signed.`,
    );
  }
  if (strangeHeads.length > 0)
    lines.push(`BAD: heads this installation has not signed: ${strangeHeads.join(', ')}`);
  if (!areNodesWhole) lines.push('BAD: the stored nodes do not lead to the newest signed head.');
  if (unlogged > 0) lines.push(`BAD: ${unlogged} entries were written around the log.`);
  if (lostTickets.length > 0)
    lines.push(`BAD: entries deleted before they had a place: ${lostTickets.join(', ')}`);
  lines.push(...describeStaffReads(report.staffReads), ...describeReferences(report.references));
  for (const { from, to, at } of cuts)
    lines.push(
      `CUT: ${from} leaves were signed when a restored backup left ${to} of them; the operator accepted that on ${at}.`,
    );
  if (!isIntact(report)) lines.push('The audit log is NOT whole.');
  else
    lines.push(
      cuts.length === 0 ? 'The audit log is whole.' : 'What is left of the audit log is as it was signed.',
    );
  return lines;
}

function describeStaffReads(report: AuditReport['staffReads']): string[] {
  const { whole, changed, missing, unexplained, unreadable, unvouched } = report;
  const others = [
    ...(unreadable > 0 ? [`${unreadable} cannot be read any more, because their key was destroyed`] : []),
    ...(unvouched > 0 ? [`${unvouched} are from before the log vouched for them`] : []),
  ];
  return [
    [`${whole} records of staff that looked at persons are as they were written`, ...others].join('; ') + '.',
    ...changed.map((id) => `BAD: the record of a look ${id} was changed.`),
    ...missing.map((id) => `BAD: the record of a look ${id} was deleted.`),
    ...(unexplained > 0
      ? [`BAD: ${unexplained} more records of looks are gone than the log says were deleted.`]
      : []),
  ];
}

/** So many ids are printed; `--json` prints all. */
const idsPrinted = 20;

function describeReferences({
  ended,
  unexplained,
  unvouched,
  detailsMissing,
}: AuditReport['references']): string[] {
  const fromBefore = unvouched > 0 ? `; ${unvouched} forgot before there were proofs` : '';
  return [
    `${ended} entries have forgotten persons who were erased${fromBefore}.`,
    ...bad('references were cleared, and no erasure has done that', unexplained),
    ...bad('details were deleted before their term', detailsMissing),
  ];
}

function bad(what: string, ids: readonly string[]): string[] {
  if (ids.length === 0) return [];
  const more = ids.length > idsPrinted ? `, and ${ids.length - idsPrinted} more` : '';
  return [`BAD: ${ids.length} entries whose ${what}: ${ids.slice(0, idsPrinted).join(', ')}${more}.`];
}

/** Prints an entry with its path to the signed head, for checking elsewhere. */
export async function proveInLog(ctx: Ctx, id: string, say: (line: string) => void): Promise<number> {
  const entryId = id.startsWith('audit_') ? id : ((await findEntryAbout(ctx, id)) ?? id);
  say(JSON.stringify(await proveEntry(ctx, entryId), null, 2));
  return 0;
}
