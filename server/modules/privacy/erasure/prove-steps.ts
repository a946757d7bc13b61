import {
  findRemainingRows,
  findResidue,
  findResidueInStatistics,
  type Identifier,
  issueCertificate,
  listPlaces,
  type Place,
  type Residue,
  type SqlQuery,
} from '@candor/privacy-engine';
import { and, eq } from 'drizzle-orm';
import { type Ctx, now } from '../../../kernel/context.ts';
import { engineQuery, inTransaction } from '../../../kernel/db.ts';
import { findAddressedResidue } from '../addressed/claim-rows.ts';
import { audit, endReferences, leafOf } from '../../audit/index.ts';
import { statementOf } from './certificate.ts';
import { monthOf } from './coarse-time.ts';
import { sealCertificate } from './seal-certificate.ts';
import {
  destroyProbeKey,
  findErasure,
  type Erasure,
  lockErasure,
  moveErasure,
  openProbeSet,
  openReference,
  personOf,
} from './erasure-store.ts';
import { forgotten } from './forget-erasure.ts';
import { restrictionTable } from './prepare-steps.ts';
import { erasures, erasureSinks, type ProbeEvidence } from './tables.ts';

/** Searches everything for what was known of the person. What is found ends the erasure as failed, with its place. */
export async function probe(ctx: Ctx, erasure: Erasure): Promise<void> {
  const person = personOf(erasure);
  const identifiers = await openProbeSet(ctx, erasure);
  const searched = await searchDatabase(ctx, erasure, identifiers);
  const residue = [
    ...searched.residue,
    ...(await inTransaction(ctx, 'erasure', (ctx) =>
      findAddressedResidue(ctx, identifiers, erasure.closedAt ?? now(ctx)),
    )),
  ];
  for (const sink of ctx.product.sinks.all()) {
    const reading = await sink.probe(ctx, person, identifiers);
    if (!reading.isClean) residue.push({ place: `sink ${sink.name}`, rows: reading.found });
    else await noteProbe(ctx, erasure.id, sink.name, reading.note ?? null);
  }
  const found: ProbeEvidence = { ...searched.evidence, identifiers: identifiers.length };
  if (residue.length > 0) {
    await fail(ctx, erasure, residue);
    return;
  }
  await inTransaction(ctx, 'erasure', (ctx) =>
    moveErasure(ctx, erasure, 'probed', { residue: null, evidence: { ...erasure.evidence, probe: found } }),
  );
}

/** Visibly: in the log, in the metrics, in the operator's list and to the person, with every place by name. */
export async function fail(ctx: Ctx, erasure: Erasure, residue: readonly Residue[]): Promise<void> {
  ctx.log.error({ erasureId: erasure.id, residue }, 'an erasure has failed: something is left');
  await inTransaction(ctx, 'erasure', async (ctx) => {
    await audit(ctx, 'privacy.erasure_failed', {
      targetId: erasure.id,
      subjectId: erasure.id,
      details: { places: residue.length },
    });
    const failures = erasure.failures + 1;
    await moveErasure(ctx, erasure, 'failed', { residue, failedIn: erasure.state, failures });
  });
}

/** Where no search looks: the certificate says so. */
const neverSeen = [
  'large objects',
  'comments and bodies of functions',
  'copies that were encoded, compressed or encrypted',
] as const;

async function searchDatabase(
  ctx: Ctx,
  erasure: Erasure,
  identifiers: readonly Identifier[],
): Promise<{ readonly residue: Residue[]; readonly evidence: Omit<ProbeEvidence, 'identifiers'> }> {
  const { userId, tenantId } = personOf(erasure);
  const asEngine: SqlQuery = (text, parameters) =>
    inTransaction(ctx, 'erasure', (ctx) => engineQuery(ctx)(text, parameters));
  const asOwner = ctx.maintenance?.look;
  const residue = await findRemainingRows(asEngine, ctx.product.registry, restrictionTable, userId);
  const places = await listPlaces(asOwner ?? asEngine, ctx.product.registry);
  const withId: readonly Identifier[] = [...identifiers, { value: userId, kind: 'unmistakable' }];
  const unseen: string[] = [...neverSeen];
  let columns = 0;
  for (const place of places) {
    // Where the declarations say so a random id may stay (the log of acts, what a law keeps); elsewhere it may not.
    const isOurs = place.entry !== null;
    const query = isOurs ? asEngine : asOwner;
    if (query === undefined) {
      unseen.push(`${place.schema}.${place.name}`);
      if (!isExternal(ctx, place))
        residue.push({ place: `${place.schema}.${place.name} (not declared, not seen)`, rows: 0 });
      continue;
    }
    columns += place.columns.length;
    const owner = { subject: userId, tenant: tenantId };
    const lookedFor = isOurs ? identifiers : withId.filter(mayRestIn(ctx, place));
    residue.push(...(await findResidue(query, place, lookedFor, owner)));
  }
  residue.push(
    ...(await findResidueInStatistics(asOwner ?? asEngine, ctx.product.registry, identifiers, {
      subject: userId,
    })),
  );
  return { residue, evidence: { at: now(ctx).toISOString(), places: places.length, columns, unseen } };
}

/** Tables of a library that we know; what is in the job queue is seen by its sink. */
function isExternal(ctx: Ctx, place: Place): boolean {
  return externalOf(ctx, place) !== undefined;
}

function externalOf(ctx: Ctx, place: Place) {
  return ctx.product.registry.external.find(
    ({ schema, tables }) => schema === place.schema && Object.hasOwn(tables, place.name),
  );
}

/** Among words of ours a name is one of them; an unmistakable value is residue everywhere. */
function mayRestIn(ctx: Ctx, place: Place): (identifier: Identifier) => boolean {
  const holdsOwnWords = externalOf(ctx, place)?.holdsOwnWords === true;
  return ({ kind }) => kind === 'unmistakable' || !holdsOwnWords;
}

async function noteProbe(ctx: Ctx, erasureId: string, sink: string, note: string | null): Promise<void> {
  await inTransaction(ctx, 'erasure', async (ctx) => {
    await ctx.db
      .update(erasureSinks)
      .set({ probedAt: now(ctx), note })
      .where(and(eq(erasureSinks.erasureId, erasureId), eq(erasureSinks.sink, sink)));
  });
}

/**
 * The signed end. The certificate is stored before the key of the reference goes, so that the next process after a
 * kill finds one of the two; then the erasure forgets whom it was about.
 */
export async function certify(ctx: Ctx, erasure: Erasure): Promise<void> {
  if (erasure.certificate === null) {
    await issue(ctx, erasure).catch(async (error: unknown) => {
      // Another runner may have stored its certificate, and let the key of the reference go.
      if (!(await isIssued(ctx, erasure.id))) throw error;
    });
  }
  await keepCertificate(ctx, erasure.id);
  await destroyProbeKey(ctx, erasure.id);
  await endReferences(ctx, erasure.id);
  await inTransaction(ctx, 'erasure', async (ctx) => {
    await ctx.db.delete(erasureSinks).where(eq(erasureSinks.erasureId, erasure.id));
    await moveErasure(ctx, erasure, 'certified', forgotten(erasure, now(ctx)));
  });
}

async function issue(ctx: Ctx, erasure: Erasure): Promise<void> {
  const entryId = await provedBy(ctx, erasure);
  const { leafIndex, leafHash } = await leafOf(ctx, entryId);
  const sinks = await inTransaction(ctx, 'erasure', (ctx) =>
    ctx.db.select().from(erasureSinks).where(eq(erasureSinks.erasureId, erasure.id)),
  );
  const statement = statementOf(erasure, sinks, { leafIndex, leafHash }, now(ctx));
  const signed = await issueCertificate(ctx.signingKey, statement);
  const reference = await openReference(ctx, erasure);
  const certificate = reference === null ? signed : sealCertificate(signed, reference);
  await inTransaction(ctx, 'erasure', async (ctx) => {
    // Another runner may have been quicker; one certificate is issued, and stays.
    const locked = await lockErasure(ctx, erasure.id, erasure.state);
    if (locked.certificate !== null) return;
    await ctx.db.update(erasures).set({ certificate }).where(eq(erasures.id, erasure.id));
  });
}

/** Beside the ledger, so that the person can fetch it from a restored database that has never heard of the erasure. */
async function keepCertificate(ctx: Ctx, erasureId: string): Promise<void> {
  const erasure = await inTransaction(ctx, 'erasure', (ctx) => findErasure(ctx, erasureId));
  if (erasure === undefined || erasure.certificate === null || erasure.referenceHash === null) return;
  const { certificate, referenceHash } = erasure;
  const certifiedAt = monthOf(now(ctx)).toISOString();
  await ctx.vault.erasures.keep({ erasureId, referenceHash, certificate, certifiedAt });
}

async function isIssued(ctx: Ctx, id: string): Promise<boolean> {
  const found = await inTransaction(ctx, 'erasure', (ctx) => findErasure(ctx, id));
  return found !== undefined && found.certificate !== null;
}

/**
 * The one entry of the log that says the search found nothing. It has a place in the log only once it is committed, so
 * the erasure remembers it: a second runner, or the next one after a kill, finds it.
 */
async function provedBy(ctx: Ctx, { id, state }: Erasure): Promise<string> {
  return inTransaction(ctx, 'erasure', async (ctx) => {
    const { evidence, planHash } = await lockErasure(ctx, id, state);
    if (evidence.provedBy !== undefined) return evidence.provedBy;
    const entryId = await audit(ctx, 'privacy.erasure_proved', {
      targetId: id,
      subjectId: id,
      details: { planHash: planHash ?? '' },
    });
    await ctx.db
      .update(erasures)
      .set({ evidence: { ...evidence, provedBy: entryId } })
      .where(eq(erasures.id, id));
    return entryId;
  });
}
