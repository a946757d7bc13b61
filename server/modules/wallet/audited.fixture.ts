// What the tests of money share: the trail that an order, a payment or a credit leaves.
import type { Database } from '../../testing/test.ts';

/** Acts on a thing in the order they were done, with their details where those are not sealed for a person. */
export async function actsOn({ admin }: Database, targetId: string): Promise<string[]> {
  const { rows } = await admin.query<{ act: string }>(
    `select concat_ws(' ', action, nullif(details, '{}')::text) as act from audit.entries where target_id = $1 order by id`,
    [targetId],
  );
  return rows.map(({ act }) => act);
}
