import { randomBytes } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { buildApp } from '../http/app.ts';
import type { Config } from '../config/config.ts';
import { systemClock } from '../kernel/clock.ts';
import { ruleOptionsOf } from '../kernel/database-options.ts';
import { openDatabase } from '../kernel/db.ts';
import { openHeldLocks } from '../kernel/held-locks.ts';
import { type Ctx, systemContext } from '../kernel/context.ts';
import { createKeyedHash } from '../kernel/keyed-hash.ts';
import { type JobRunner, startWorker } from '../kernel/run-jobs.ts';
import { createLog } from '../kernel/log.ts';
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
import { makeDataFolder, type OwnDatabase, startOwnDatabase } from './own-database.ts';
import { stopInOrder } from './stop-in-order.ts';
import { createTerminal, type Terminal } from './terminal.ts';

export interface RunningServer {
  stop(): Promise<void>;
  /** Resolves when the server cannot go on, with the reason; it is still to be stopped then. */
  readonly failed: Promise<Error>;
}

export interface StartOptions {
  readonly compareTimesEveryMs?: number;
  /** The own database, where its start has begun already; it belongs to the server from here on. */
  readonly ownDatabase?: Promise<OwnDatabase>;
}

/** Starts everything in order and stops it in reverse. Resolves when the server answers. */
export async function startServer(
  config: Config,
  { compareTimesEveryMs, ownDatabase }: StartOptions = {},
): Promise<RunningServer> {
  const log = createLog(config.logLevel);
  const terminal = createTerminal(process.stdout);
  const product = createCandor();
  const stops: (() => Promise<void>)[] = [];
  let fail = (_reason: Error) => {};
  const failed = new Promise<Error>((resolve) => {
    fail = resolve;
  });
  const stop = onceAsync(() => stopInOrder(stops));
  try {
    let adminUrl = config.databaseUrl;
    if (adminUrl !== null) await makeDataFolder(config.dataDir);
    else {
      const database = await (ownDatabase ?? startOwnDatabase(config, log));
      stops.push(() => database.stop());
      void database.failed.then(fail);
      product.sinks.add(logFileSink('postgresql-log', database.logFile));
      adminUrl = database.adminUrl;
    }
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
