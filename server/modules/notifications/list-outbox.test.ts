import { expect } from 'vitest';
import { inTransaction } from '../../kernel/db.ts';
import { newId } from '../../kernel/id.ts';
import { createLog } from '../../kernel/log.ts';
import { anOperator } from '../../testing/factories.ts';
import { testConfig } from '../../testing/test-config.ts';
import { buildTestApp, test } from '../../testing/test.ts';
import { sendMessage } from './index.ts';
import * as messages from '../identity/messages.ts';

test('outside development no answer to any caller holds the text of a message; in development it does', async ({
  ctx,
  app,
  database,
  clock,
}) => {
  const to = `${newId('msg')}@example.com`;
  await inTransaction(ctx, 'account', (ctx) =>
    sendMessage(ctx, {
      channel: 'mail',
      to,
      userId: null,
      message: messages.code({ code: '123456', minutes: 10 }),
      language: 'en',
    }),
  );
  // An installation in production registers no customer before it is named, so the operator comes from before.
  const operator = await anOperator(app, database);
  const seenIn = async (isProduction: boolean) => {
    const app = await buildTestApp(database, clock, createLog('silent'), { ...testConfig, isProduction });
    try {
      const answer = await app.inject({
        url: '/api/notifications/outbox?limit=200',
        headers: operator.headers,
      });
      expect(answer.statusCode, answer.body).toBe(200);
      return answer.body;
    } finally {
      await app.close();
    }
  };
  expect(await seenIn(false)).toContain('123456');
  const masked = await seenIn(true);
  expect(masked).toContain(to);
  expect(masked).not.toContain('123456');
});
