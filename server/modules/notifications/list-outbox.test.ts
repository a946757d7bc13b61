import { expect } from 'vitest';
import { inTransaction } from '../../kernel/db.ts';
import { newId } from '../../kernel/id.ts';
import { createLog } from '../../kernel/log.ts';
import { anOperator } from '../../testing/factories.ts';
import { testConfig } from '../../testing/test-config.ts';
import { buildTestApp, test } from '../../testing/test.ts';
import { sendMessage } from './index.ts';

test('outside development no answer holds the text of a message, whoever asks; in development it does', async ({
  ctx,
  database,
  clock,
}) => {
  const to = `${newId('message')}@example.com`;
  await inTransaction(ctx, 'account', (ctx) =>
    sendMessage(ctx, {
      channel: 'mail',
      to,
      userId: null,
      template: 'code',
      values: { code: '123456', minutes: 10 },
      language: 'en',
    }),
  );
  const seenIn = async (isProduction: boolean) => {
    const app = await buildTestApp(database, clock, createLog('silent'), { ...testConfig, isProduction });
    try {
      const operator = await anOperator(app, database);
      return (await operator.call('GET', '/api/notifications/outbox?limit=200')).body;
    } finally {
      await app.close();
    }
  };
  expect(await seenIn(false)).toContain('123456');
  const masked = await seenIn(true);
  expect(masked).toContain(to);
  expect(masked).not.toContain('123456');
});
