import { expect, vi } from 'vitest';
import { confirmed, test } from '../../../testing/erasing.ts';
import { anApiKey, aPerson } from '../../../testing/factories.ts';
import { runErasure } from './index.ts';

// An erasure searches the whole database: on a busy machine a test may need longer than the default.
vi.setConfig({ testTimeout: 120_000 });

test('a person is erased who gave a name that is a word of our own routes, though only they have used that route', async ({
  app,
  database,
  system,
}) => {
  const person = await aPerson(app);
  await anApiKey(person, { name: 'Lonely-Page' });
  // A line of theirs once lines are written, as if it were of a page that no other person has opened.
  const visitLonelyPage = () =>
    database.admin.query(
      `update audit.access_log set route = '/api/lonely-page' where id in
         (select id from audit.access_log where tenant_id = $1 limit 1)`,
      [person.tenant.id],
    );
  await expect.poll(async () => (await visitLonelyPage()).rowCount, { timeout: 10_000 }).toBe(1);
  const { erasureId } = await confirmed(person);
  expect(await runErasure(system, erasureId)).toBe('certified');
});
