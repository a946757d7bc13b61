import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import pg from 'pg';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { freePort, type OwnServer, startServer } from '../demo/use-server.ts';
import { callModel, expectBalancedBooks } from './acknowledged.ts';
import { familyOf } from './family-of.ts';
import { aPersonWithKey, type E2ePerson, everything, loginOperator } from './people.ts';
import { offerModel, quickModel, quickUpstream } from './quick-upstream.ts';

// Kills the server under paid load in the mode in which a crash may lose charges, and measures what it lost.
const promisedMs = 250;
const callers = 6;
const creditMicros = 1_000_000_000;
const dataDir = mkdtempSync(join(tmpdir(), 'candor-kill-standard-'));
const clusterDir = join(dataDir, 'postgres', 'cluster');

afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

/** An answer that its client has read to the end, by the clock of the client. */
interface Heard {
  readonly requestId: string;
  readonly sentAtMs: number;
  readonly heardAtMs: number;
}

/** A line of the file in which PostgreSQL names itself: 0 its process, 3 its port. */
function postmaster(line: number): number {
  return Number(readFileSync(join(clusterDir, 'postmaster.pid'), 'utf8').split('\n')[line]);
}

async function callUntil(server: OwnServer, person: E2ePerson, heard: Heard[], isOver: () => boolean) {
  while (!isOver()) {
    const sentAtMs = performance.now();
    try {
      const answer = await callModel(server.url, person, quickModel);
      await answer.text();
      if (answer.status !== 200) continue;
      const requestId = answer.headers.get('x-request-id') ?? '';
      heard.push({ requestId, sentAtMs, heardAtMs: performance.now() });
    } catch {
      // The server was killed in the middle: the end of this answer was not heard.
    }
  }
}

/** The books stand still until the connection is ended. */
async function stopBooks(): Promise<pg.Client> {
  const password = readFileSync(join(dataDir, 'postgres', 'postgres.secret'), 'utf8').trim();
  const client = new pg.Client({
    connectionString: `postgres://postgres:${password}@127.0.0.1:${postmaster(3)}/postgres`,
  });
  await client.connect();
  await client.query('begin; lock table billing.usage_events in access exclusive mode');
  return client;
}

/** Server and supervisor, not the database: what is lost is what the server had not yet written. */
function killServer({ child }: OwnServer): void {
  const database = new Set(familyOf(postmaster(0)));
  for (const pid of familyOf(child.pid ?? 0)) if (!database.has(pid)) process.kill(pid, 'SIGKILL');
}

/**
 * The end of an answer lies between the moments at which its client asked and heard it. So two answers ended at least
 * this far from each other, however late the client was given the processor.
 */
function leastSpanMs(lost: readonly Heard[]): number {
  if (lost.length === 0) return 0;
  return Math.max(...lost.map((one) => one.sentAtMs)) - Math.min(...lost.map((one) => one.heardAtMs));
}

test(
  `in standard, kill -9 of the server under load loses the charges of answers that ended within ${promisedMs} ms of each other, also when the books stand still`,
  { timeout: 600_000 },
  async () => {
    const port = await freePort();
    const operatorPassword = randomBytes(12).toString('base64url');
    const environment = { CANDOR_MODEL: 'none', CANDOR_GATEWAY_DURABILITY: 'standard' };
    const start = () => startServer({ port, dataDir, operatorPassword, environment });
    // One seed, printed, so that a failure can be run again with the same moments.
    const seed = Number(process.env['CANDOR_KILL_SEED'] ?? Date.now() % 1_000_000);
    const moments = fc.sample(fc.integer({ min: 0, max: 1_500 }), { numRuns: 6, seed });
    process.stdout.write(`kill test seed ${seed}: ${moments.join(', ')} ms\n`);
    let server = await start();
    onTestFinished(() => server.stop());
    let operator = await loginOperator(server);
    const upstream = await quickUpstream();
    onTestFinished(() => upstream.close());
    await offerModel(operator, upstream, quickModel, 1_000, 1);
    const person = await aPersonWithKey(server, operator, creditMicros);
    const booked = async () =>
      everything<{ id: string; requestId: string; chargeMicros: number }>(
        person.client,
        '/api/billing/usage/events',
      );
    for (const [round, moment] of moments.entries()) {
      const stoodStill = round % 2 === 1;
      const heard: Heard[] = [];
      let isOver = false;
      // Before the first call, so that its charge certainly waits.
      const books = stoodStill ? await stopBooks() : null;
      const calling = Array.from({ length: callers }, () => callUntil(server, person, heard, () => isOver));
      await person.client.until('the load', async () => heard.length >= (stoodStill ? 1 : 50));
      // Long enough after the books stopped that a server without a bound would lose more than is promised.
      await new Promise((resolve) => setTimeout(resolve, stoodStill ? 4 * promisedMs + moment : moment));
      killServer(server);
      const killedAtMs = performance.now();
      isOver = true;
      await Promise.all(calling);
      await books?.end();
      server = await start();
      operator = await loginOperator(server);

      const events = await booked();
      const requestIds = new Set(events.map(({ requestId }) => requestId));
      const lost = heard.filter(({ requestId }) => !requestIds.has(requestId));
      const oldestMs = Math.max(0, ...lost.map(({ heardAtMs }) => killedAtMs - heardAtMs));
      process.stdout.write(
        `${stoodStill ? 'books stood still' : 'books kept up'}: ${heard.length} answers, ${lost.length} charges lost, ` +
          `ended at least ${Math.round(leastSpanMs(lost))} ms apart, the oldest heard ${Math.round(oldestMs)} ms before the kill\n`,
      );
      if (stoodStill) expect(lost.length).toBeGreaterThan(0);
      expect(leastSpanMs(lost)).toBeLessThan(promisedMs);
      expect(requestIds.size, 'a request is booked once').toBe(events.length);
    }

    const events = await booked();
    const charged = events.reduce((sum, { chargeMicros }) => sum + chargeMicros, 0);
    const { balanceMicros } = await person.client.call<{ balanceMicros: number }>('GET', '/api/wallet');
    expect(balanceMicros).toBe(creditMicros - charged);
    await expectBalancedBooks(operator);
  },
);
