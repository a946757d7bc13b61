import { type PublicKeySet, verifyReceipt } from '@candor/privacy-engine';
import { expect } from 'vitest';
import { inTransaction } from '../../../kernel/db.ts';
import { aPerson } from '../../../testing/factories.ts';
import { test } from '../../../testing/test.ts';
import { give, marketing } from './choices.fixture.ts';
import { noticeInForce } from './in-force.ts';
import { unlinkConsents } from './index.ts';
import { consentEvents } from './tables.ts';

test('a receipt is verified offline and at the public page, by another person, and no changed one is', async ({
  app,
  ctx,
}) => {
  const person = await aPerson(app);
  const shown = await marketing(person);
  const given = (await give(person, shown.shownToken)).json<{ eventId: string }>();
  const download = await person.call('GET', `/api/privacy/receipts/${given.eventId}`);
  expect(download.headers['content-type']).toContain('application/jose');
  const receipt = download.body;
  const keys = (await app.inject({ url: '/.well-known/candor-keys.json' })).json<PublicKeySet>();
  expect(await verifyReceipt(receipt, keys)).toMatchObject({
    isGenuine: true,
    payload: {
      recordId: given.eventId,
      purpose: 'marketing',
      event: { kind: 'given', method: 'page' },
      notice: { hash: shown.notice.hash, sections: noticeInForce(ctx, 'marketing', 'en').sections },
    },
  });
  expect(receipt).not.toContain(Buffer.from(person.user.id).toString('base64url'));
  expect(Buffer.from(receipt.split('.')[1] ?? '', 'base64url').toString()).not.toContain(person.user.id);
  const verify = async (document: string) =>
    (await app.inject({ method: 'POST', url: '/api/privacy/receipts/verify', payload: { document } })).json();
  expect(await verify(receipt)).toMatchObject({
    isGenuine: true,
    kind: 'receipt',
    keyId: ctx.signingKey.keyId,
  });
  expect(await verify(`${receipt.slice(0, -6)}AAAAAA`)).toMatchObject({ isGenuine: false, statement: null });
  const linked = await person.call('GET', `/api/privacy/consent-records/${given.eventId}`);
  expect(linked.json()).toMatchObject({ '@type': 'dpv:ConsentRecord', 'dct:identifier': given.eventId });
});

test('an erased person’s evidence stays under a reference that only their receipt carries', async ({
  app,
  database,
  ctx,
}) => {
  const person = await aPerson(app);
  const given = (await give(person, (await marketing(person)).shownToken)).json<{ eventId: string }>();
  const receipt = (await person.call('GET', `/api/privacy/receipts/${given.eventId}`)).body;
  const system = { ...ctx, actor: { kind: 'system', name: 'test' } } as const;
  expect(await unlinkConsents(system, person.user.id)).toBe(1);
  expect(await unlinkConsents(system, person.user.id)).toBe(0);
  const { rows } = await database.admin.query(
    'select * from privacy.consent_events where subject_id is null',
  );
  // Neither the id nor the instants of then: the log of requests knows them too.
  expect(rows).toMatchObject([
    {
      subject_id: null,
      kind: 'given',
      created_at: new Date('2026-11-01T00:00:00Z'),
      unlinked_at: new Date('2026-12-01T00:00:00Z'),
    },
  ]);
  expect(JSON.stringify(rows)).not.toContain(person.user.id);
  expect(JSON.stringify(rows)).not.toContain(given.eventId);
  const verdict = await app.inject({
    method: 'POST',
    url: '/api/privacy/receipts/verify',
    payload: { document: receipt },
  });
  expect(verdict.json()).toMatchObject({ isGenuine: true, statement: { subjectRef: rows[0]?.subject_ref } });
});

test('no purpose may change or delete an event, and no person writes one for another', async ({
  app,
  ctx,
  database,
}) => {
  const person = await aPerson(app);
  await give(person, (await marketing(person)).shownToken);
  for (const statement of [
    `update privacy.consent_events set kind = 'refused'`,
    'delete from privacy.consent_events',
  ]) {
    const attempt = inTransaction(ctx, 'rights', (ctx) => ctx.db.execute(statement));
    await expect(attempt).rejects.toMatchObject({ cause: { code: '42501' } });
  }
  const event = (
    await database.admin.query('select * from privacy.consent_events where subject_id = $1', [person.user.id])
  ).rows[0];
  const forged = inTransaction(ctx, 'rights', (ctx) =>
    ctx.db.insert(consentEvents).values({
      id: 'consent_01h455vb4pex5vsknk084sn02q',
      subjectId: person.user.id,
      subjectRef: 'x',
      purpose: 'improvement',
      kind: 'refused',
      form: 'explicit',
      method: 'page',
      scopeHash: String(event?.['scope_hash']),
      policyVersion: 'x',
      registryHash: 'x',
      position: 9,
      createdAt: new Date(),
    }),
  );
  await expect(forged).rejects.toMatchObject({ cause: { code: '42501' } });
});
