import { setTimeout as delay } from 'node:timers/promises';
import { openClient } from '../kernel/connections.ts';
import { dropRules } from '../database/drop-rules.ts';
import { hasRuleSets, landedName, readRuleSets, type RuleSet } from '../database/rule-sets.ts';

type Say = (line: string) => void;

/** A process whose connection was lost takes its lock again within this. */
const reconnectedAfterMs = 1_500;

/** Which rules are in force, and whether a process of their release lives. */
export async function listReleases(adminUrl: string, say: Say): Promise<number> {
  const sets = await withRuleSets(adminUrl, async (read) => read());
  for (const set of sets) say(describe(set));
  if (sets.length === 0) say('No release has started on this database yet.');
  return 0;
}

/**
 * Takes the rights of a release back that no process needs any more. One that starts again applies its rules itself.
 * @returns 1 when a process of it lives, 2 when there is no such release.
 */
export async function dropRelease(adminUrl: string, name: string, say: Say): Promise<number> {
  return withRuleSets(adminUrl, async (read, drop) => {
    const find = async () => (await read()).find((set) => set.name === name);
    const first = await find();
    if (first === undefined || first.state === 'dropped') {
      say(`There are no rules in force by the name ${name}.`);
      return 2;
    }
    if (!first.isPresent) await delay(reconnectedAfterMs);
    const second = (await find()) ?? first;
    if (first.isPresent || second.isPresent) {
      say(`A process of ${name} lives; stop it first.`);
      return 1;
    }
    await drop(second);
    say(`The rules of ${name} are dropped.`);
    return 0;
  });
}

function describe(set: RuleSet): string {
  const release =
    set.name === landedName ? 'before rules had names' : `up to ${set.release ?? 'no migration'}`;
  return [set.name.padEnd(8), release, stateOf(set)].join('  ');
}

function stateOf({ name, state, isPresent }: RuleSet): string {
  if (state === 'dropped') return 'dropped';
  if (name === landedName) return 'in force; its processes do not say whether they live';
  return isPresent ? 'in force; a process lives' : 'in force; no process lives';
}

async function withRuleSets<T>(
  adminUrl: string,
  work: (read: () => Promise<RuleSet[]>, drop: (set: RuleSet) => Promise<void>) => Promise<T>,
): Promise<T> {
  const client = openClient(adminUrl, 'candor-releases');
  await client.connect();
  try {
    // As a start does: what is read must not be changed by one.
    await client.query(`select pg_advisory_lock(hashtext('candor prepare'))`);
    const isThere = await hasRuleSets(client);
    return await work(
      async () => (isThere ? readRuleSets(client) : []),
      (set) => dropRules(client, set),
    );
  } finally {
    await client.end();
  }
}
