import { expect } from 'vitest';
import { manyConsenting } from '../../testing/consents.fixture.ts';
import { anOperator } from '../../testing/factories.ts';
import { type Database, test } from '../../testing/test.ts';
import { withdrawConsent } from '../privacy/index.ts';
import { deliverAll, messages, newsOf, send } from './news.fixture.ts';

test('must-show-4 a consent taken back between reading and writing stops the writing, and all others get the news', async ({
  app,
  database,
  clock,
}) => {
  const operator = await anOperator(app, database);
  const { persons, inForce } = await manyConsenting(database, clock, 'marketing', 3);
  const [first, leaver, last] = persons;
  if (first === undefined || leaver === undefined || last === undefined) throw new Error('three were made');
  const newsId = await newsOf(operator);
  // The batch has read who agrees and waits for this lock with its first message.
  const blocker = await database.admin.connect();
  await blocker.query('begin; lock table notifications.outbox in exclusive mode');
  const sending = send(database, clock, newsId);
  await expect.poll(() => waitsForOutbox(database)).toBe(true);
  let isAnswered = false;
  const withdrawal = withdrawConsent(leaver, inForce, 'marketing').then(() => {
    isAnswered = true;
  });
  await expect.poll(() => isWithdrawn(database, leaver.userId)).toBe(true);
  expect(isAnswered).toBe(false);
  await blocker.query('commit');
  blocker.release();
  await withdrawal;
  await sending;
  const ids = persons.map(({ userId }) => userId);
  expect((await messages(database, ids)).map(({ user_id }) => user_id)).toEqual([first.userId, last.userId]);
});

test('must-show-4 persons who take their consent back anywhere in a long batch get nothing after the answer', async ({
  app,
  database,
  clock,
}) => {
  const operator = await anOperator(app, database);
  const { persons, inForce } = await manyConsenting(database, clock, 'marketing', 64);
  const newsId = await newsOf(operator);
  const sending = send(database, clock, newsId);
  const leavers = persons.filter((_, index) => index % 12 === 5);
  const leftWith = new Map<string, string[]>();
  for (const leaver of leavers) {
    await withdrawConsent(leaver, inForce, 'marketing');
    leftWith.set(
      leaver.userId,
      (await messages(database, [leaver.userId])).map(({ id }) => id),
    );
  }
  await sending;
  await deliverAll(
    database,
    clock,
    persons.map(({ userId }) => userId),
  );
  for (const { userId } of leavers) {
    const now = await messages(database, [userId]);
    expect(
      now.filter(({ id, status }) => status === 'sent' || leftWith.get(userId)?.includes(id) === false),
    ).toEqual([]);
  }
  const stayed = persons.filter((person) => !leavers.includes(person)).map(({ userId }) => userId);
  expect((await messages(database, stayed)).map(({ user_id }) => user_id).toSorted()).toEqual(stayed);
});

test('sending that was broken off goes on where it was, and no person gets the same news twice', async ({
  app,
  database,
  clock,
}) => {
  const operator = await anOperator(app, database);
  const { persons } = await manyConsenting(database, clock, 'marketing', 60);
  const ids = persons.map(({ userId }) => userId);
  await database.admin.query(
    `create function notifications.break_off() returns trigger language plpgsql as $$ begin raise 'killed here'; end $$;
     create trigger break_off before insert on notifications.outbox for each row when (new.user_id = '${ids[55]}') execute function notifications.break_off()`,
  );
  const newsId = await newsOf(operator);
  await expect(send(database, clock, newsId)).rejects.toThrow('Failed query');
  const before = (await messages(database, ids)).map(({ id }) => id);
  expect(before.length).toBeGreaterThan(0);
  expect(before.length).toBeLessThan(56);
  await database.admin.query('drop function notifications.break_off cascade');
  await send(database, clock, newsId);
  const after = await messages(database, ids);
  expect(after.map(({ user_id }) => user_id).toSorted()).toEqual(ids);
  expect(after.map(({ id }) => id)).toEqual(expect.arrayContaining(before));
});

async function waitsForOutbox({ admin }: Database): Promise<boolean> {
  const { rowCount } = await admin.query(
    `select 1 from pg_locks where relation = 'notifications.outbox'::regclass and not granted`,
  );
  return rowCount === 1;
}

async function isWithdrawn({ admin }: Database, userId: string): Promise<boolean> {
  const { rowCount } = await admin.query(
    `select 1 from privacy.consent_events where subject_id = $1 and kind = 'withdrawn'`,
    [userId],
  );
  return rowCount === 1;
}
