import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { buildApp } from '../http/app.ts';
import type { Config } from '../config/config.ts';
import { logFileOf } from '../embedded-postgres/log-file.ts';
import { keepPostgres } from '../embedded-postgres/keep-postgres.ts';
import { systemClock } from '../kernel/clock.ts';
import { ruleOptionsOf } from '../kernel/database-options.ts';
import { openDatabase } from '../kernel/db.ts';
import { openHeldLocks } from '../kernel/held-locks.ts';
import { type Ctx, systemContext } from '../kernel/context.ts';
import { createKeyedHash } from '../kernel/keyed-hash.ts';
import { type JobRunner, startWorker } from '../kernel/run-jobs.ts';
import { createLog, type Log } from '../kernel/log.ts';
import type { Product } from '../declare/product.ts';
import { takes } from '../declare/roles.ts';
import { openMaintenance } from '../kernel/maintenance.ts';
import { stopLimits } from '../kernel/stop-limits.ts';
import { readSecret } from '../kernel/secrets.ts';
import { createFirstOperator, firstPasswordFile, removeFirstPassword } from '../modules/identity/index.ts';
import { openChannels } from '../modules/notifications/index.ts';
import { publishPolicy, reapplyErasures } from '../modules/privacy/index.ts';
import { prepareDatabase } from '../database/prepare-database.ts';
import { presenceLock } from '../database/rule-sets.ts';
import { requireSameTime, watchTimes } from './restored-parts.ts';
import { createCandor } from '../candor.ts';
import { logFileSink } from './log-sinks.ts';
import { openSigningKeyOf, openVaultOf } from './open-keys.ts';
import { offerLocalModel } from './offer-local-model.ts';
import { stopInOrder } from './stop-in-order.ts';
import { createTerminal, type Terminal } from './terminal.ts';

export interface RunningServer {
  stop(): Promise<void>;
  /** Resolves when the server cannot go on, with the reason; it is still to be stopped then. */
  readonly failed: Promise<Error>;
}

/** Starts everything in order and stops it in reverse. Resolves when the server answers. */
export async function startServer(
  config: Config,
  { compareTimesEveryMs }: { readonly compareTimesEveryMs?: number } = {},
): Promise<RunningServer> {
  const log = createLog(config.logLevel);
  const terminal = createTerminal(process.stdout);
  // Everything in it has its own mode; entering must stay possible for PostgreSQL where it runs as another user.
  await mkdir(config.dataDir, { recursive: true, mode: 0o711 });
  const product = createCandor();
  const stops: (() => Promise<void>)[] = [];
  let fail = (_reason: Error) => {};
  const failed = new Promise<Error>((resolve) => {
    fail = resolve;
  });
  const stop = onceAsync(() => stopInOrder(stops));
  try {
    const adminUrl = config.databaseUrl ?? (await startOwnDatabase(config, { log, product }, stops, fail));
    const appPassword = await readSecret(config.dataDir, 'database-app-password', () =>
      randomBytes(24).toString('base64url'),
    );
    const vault = await openVaultOf(config.vault);
    stops.push(async () => vault.close());
    const signingKey = await openSigningKeyOf(config.dataDir);
    // Before its rules are applied: from now on no start drops them.
    const presence = openHeldLocks(adminUrl, 'candor-presence', log);
    stops.push(() => presence.close());
    await presence.hold(presenceLock(ruleOptionsOf(product.registry).ruleSet));
    const appUrl = await prepareDatabase(adminUrl, appPassword, product.registry, vault);
    const maintenance = openMaintenance(adminUrl, log);
    stops.push(() => maintenance.close());
    const db = openDatabase(appUrl, log);
    stops.push(() => db.$client.end());
    const keyedHash = createKeyedHash(
      await readSecret(config.dataDir, 'keyed-hash', () => randomBytes(32).toString('base64url')),
    );
    const channels = openChannels(config);
    const services = {
      product,
      rules: config.rules,
      db,
      clock: systemClock,
      log,
      keyedHash,
      vault,
      signingKey,
      channels,
    };
    const systemCtx = (name: string): Ctx => systemContext({ ...services, maintenance }, name);
    // Before the first request: a policy that is not true here must not open the doors.
    await publishPolicy(systemCtx('start'));
    let worker: JobRunner | null = null;
    let isServing = true;
    const app = await buildApp({
      ...services,
      databaseUrl: appUrl,
      config,
      isWorking: () => !takes(config.role, 'worker') || (worker?.isWorking() ?? false),
      isServing: () => isServing,
    });
    let stopModel = async () => {};
    stops.push(() => stopModel());
    stops.push(() => closeApp(app));
    // Before the first request: a restored dump must not bring an erased person back.
    await requireSameTime(systemCtx('start'), config);
    await reapplyErasures(systemCtx('start'), config);
    if (takes(config.role, 'worker')) {
      const jobs = await startWorker(appUrl, systemCtx, log);
      worker = jobs;
      stops.push(() => jobs.stop());
    }
    const watch = watchTimes(systemCtx('compare-times'), {
      auditAnchors: config.auditAnchors,
      ...(compareTimesEveryMs === undefined ? {} : { everyMs: compareTimesEveryMs }),
      onWentBack(reason) {
        // At once: stopping takes a while, and the next start refuses.
        isServing = false;
        fail(reason);
      },
    });
    stops.push(() => watch.stop());
    if (takes(config.role, 'api')) await introduceOperator(systemCtx('start'), config, terminal);
    await app.listen({ host: config.host, port: config.port });
    terminal.say(config.role === 'all' ? `\nCandor is at ${config.publicUrl}` : `\nCandor: ${config.role}`);
    if (takes(config.role, 'gateway'))
      stopModel = offerLocalModel(systemCtx('local-model'), config, app, terminal);
  } catch (error) {
    await stop();
    throw error;
  }
  return { stop, failed };
}

async function startOwnDatabase(
  config: Config,
  { log, product }: { readonly log: Log; readonly product: Product },
  stops: (() => Promise<void>)[],
  fail: (reason: Error) => void,
): Promise<string> {
  const dataDir = join(config.dataDir, 'postgres');
  const postgres = await keepPostgres({ dataDir, log, stopsWithParent: true, onGivenUp: fail });
  product.sinks.add(logFileSink('postgresql-log', logFileOf(dataDir)));
  stops.push(() => postgres.stop());
  return postgres.adminUrl;
}

/** The first start makes the operator account and prints its credentials, once. */
async function introduceOperator(ctx: Ctx, config: Config, terminal: Terminal): Promise<void> {
  const { username, password: chosen } = config.operator;
  // Written down before the account exists: a start that dies in between must not leave an account that cannot be entered.
  const password =
    chosen ??
    (await readSecret(config.dataDir, firstPasswordFile, () => randomBytes(12).toString('base64url')));
  const mustChangePassword = chosen === null;
  const isNew = await createFirstOperator(ctx, { username, password, mustChangePassword });
  await removeFirstPassword(ctx, config);
  if (!isNew) return;
  terminal.say(
    chosen === null
      ? `Operator: ${username}\nOperator password: ${password}\nBoth are shown once; the first log-in asks for another password.\n`
      : `Operator: ${username}\n`,
  );
}

/** Lets what runs end; connections that only stay open, or never asked anything, do not hold the end up. */
async function closeApp(app: FastifyInstance): Promise<void> {
  const force = setTimeout(() => app.server.closeAllConnections(), stopLimits.connectionsMs).unref();
  await app.close();
  clearTimeout(force);
}

function onceAsync(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null;
  return () => (running ??= work());
}
