import { expect } from 'vitest';
import { asSystem } from '../../kernel/context.ts';
import { createLog } from '../../kernel/log.ts';
import { findIndex, sealRow } from '../../kernel/sealed-rows.ts';
import { newId } from '../../kernel/id.ts';
import { aPerson, anOperator, type Person } from '../../testing/factories.ts';
import { test } from '../../testing/test.ts';
import { path, payment, yuan } from './bank-payments.fixture.ts';
import type { BankTransferStatus } from './bank-transfer-status.ts';
import { inSettlement } from './retry.ts';
import { bankTransfers } from './schema.ts';
import { normaliseSerialNumbers } from './serial-numbers.ts';

/** What an erasure leaves of a sealed text: an envelope of no key. */
const neverSealed = `s1.${Buffer.concat([Buffer.of(1), Buffer.alloc(60)]).toString('base64url')}`;

async function wallet(person: Person) {
  return (await person.call('GET', '/api/wallet')).json<{ balanceMicros: number; owedMicros: number }>();
}

function code(answer: Awaited<ReturnType<Person['call']>>): string {
  return answer.json<{ code: string }>().code;
}

// First, because every further test adds operators to the installation of this file.
test('with a single operator a serial number is credited once in whatever spelling, and the row says who alone did it', async ({
  app,
  database,
}) => {
  const operator = await anOperator(app, database);
  const person = await aPerson(app);
  const spellings = ['AB12-7', 'ab12-7', 'ＡＢ１２－７', 'AB\u200b12-7', ' AB 12-7', '\u202eAB12-7'];
  const answers = [];
  for (const spelling of spellings)
    answers.push(await operator.call('POST', path, payment(person.tenant.id, spelling)));
  expect(answers.map(({ statusCode }) => statusCode)).toEqual([201, 200, 200, 200, 200, 200]);
  expect(await wallet(person)).toMatchObject({ balanceMicros: 100 * yuan });
  const found = await operator.call('POST', `${path}/search`, { serialNumber: 'ａｂ12 －７' });
  expect(found.json()).toMatchObject({
    items: [
      {
        serialNumber: 'AB127',
        status: 'credited',
        creditedBy: `user:${operator.user.id}`,
        decidedBy: null,
      },
    ],
  });
  expect((await operator.call('POST', path, payment(person.tenant.id, '\u200b \u200b'))).statusCode).toBe(
    400,
  );
  const { id } = found.json<{ items: { id: string }[] }>().items[0] ?? { id: '' };
  const reversed = await operator.call('POST', `${path}/${id}/reverse`, { reason: 'wrong_account' });
  expect(reversed.statusCode).toBe(204);
  expect(await wallet(person)).toMatchObject({ balanceMicros: 0 });
});

test('with two operators money comes only when the second one approves, once', async ({ app, database }) => {
  const [first, second] = [await anOperator(app, database), await anOperator(app, database)];
  const person = await aPerson(app);
  const entered = await first.call('POST', path, payment(person.tenant.id, 'TWO-1'));
  expect(entered.json()).toMatchObject({ status: 'waiting' });
  const { id } = entered.json<{ id: string }>();
  expect(await wallet(person)).toMatchObject({ balanceMicros: 0 });
  const alone = await first.call('POST', `${path}/${id}/approve`);
  expect([alone.statusCode, code(alone)]).toEqual([409, 'wallet.second_operator_needed']);
  expect((await person.call('POST', `${path}/${id}/approve`)).statusCode).toBe(403);
  const decided = await Promise.all(
    Array.from({ length: 4 }, () => second.call('POST', `${path}/${id}/approve`)),
  );
  expect(decided.map(({ statusCode }) => statusCode).toSorted((a, b) => a - b)).toEqual([204, 409, 409, 409]);
  expect(await wallet(person)).toMatchObject({ balanceMicros: 100 * yuan });
  const waiting = await first.call('GET', `${path}?status=waiting&tenantId=${person.tenant.id}`);
  expect(waiting.json()).toEqual({ items: [], nextCursor: null });
  const credited = await first.call('GET', `${path}?status=credited&tenantId=${person.tenant.id}`);
  expect(credited.json()).toMatchObject({ items: [{ id, decidedBy: `user:${second.user.id}` }] });
});

test('an operator approves no credit of their own account, also one entered by another operator', async ({
  app,
  database,
}) => {
  const [first, second, third] = [
    await anOperator(app, database),
    await anOperator(app, database),
    await anOperator(app, database),
  ];
  const { id } = (await first.call('POST', path, payment(second.tenant.id, 'OWN-1'))).json<{ id: string }>();
  const own = await second.call('POST', `${path}/${id}/approve`);
  expect([own.statusCode, code(own)]).toEqual([409, 'wallet.second_operator_needed']);
  expect(await wallet(second)).toMatchObject({ balanceMicros: 0 });
  expect((await third.call('POST', `${path}/${id}/approve`)).statusCode).toBe(204);
  expect(await wallet(second)).toMatchObject({ balanceMicros: 100 * yuan });
});

test('a rejected transfer moves no money and cannot be approved afterwards', async ({ app, database }) => {
  const [first, second] = [await anOperator(app, database), await anOperator(app, database)];
  const person = await aPerson(app);
  const { id } = (await first.call('POST', path, payment(person.tenant.id, 'NO-1'))).json<{ id: string }>();
  expect((await second.call('POST', `${path}/${id}/reject`)).statusCode).toBe(204);
  const late = await second.call('POST', `${path}/${id}/approve`);
  expect([late.statusCode, code(late)]).toEqual([409, 'wallet.bank_transfer_decided']);
  expect(await wallet(person)).toMatchObject({ balanceMicros: 0 });
});

test('a reversed credit is taken from what is there, the rest is owed, and the next payment pays it first', async ({
  app,
  database,
}) => {
  const [first, second] = [await anOperator(app, database), await anOperator(app, database)];
  const person = await aPerson(app);
  const credit = async (serialNumber: string) => {
    const entered = await first.call('POST', path, payment(person.tenant.id, serialNumber));
    const { id } = entered.json<{ id: string }>();
    expect((await second.call('POST', `${path}/${id}/approve`)).statusCode).toBe(204);
    return id;
  };
  const id = await credit('BACK-1');
  // Thirty of the hundred are held by work under way.
  await database.admin.query('update wallet.accounts set held_micros = $2 where id = $1', [
    `cash:${person.tenant.id}`,
    30 * yuan,
  ]);
  const asked = await first.call('POST', `${path}/${id}/reverse`, { reason: 'wrong_account' });
  expect(asked.statusCode).toBe(202);
  const reversed = await Promise.all(
    Array.from({ length: 3 }, () => second.call('POST', `${path}/${id}/approve`)),
  );
  expect(reversed.map(({ statusCode }) => statusCode).toSorted((a, b) => a - b)).toEqual([204, 409, 409]);
  expect(await wallet(person)).toMatchObject({ balanceMicros: 30 * yuan, owedMicros: 70 * yuan - 40 * yuan });
  await database.admin.query('update wallet.accounts set held_micros = 0 where id = $1', [
    `cash:${person.tenant.id}`,
  ]);
  await credit('BACK-2');
  expect(await wallet(person)).toMatchObject({ balanceMicros: 100 * yuan, owedMicros: 0 });
  expect((await first.call('GET', '/api/wallet/ledger-check')).json()).toMatchObject({
    sumMicros: 0,
    mismatches: [],
  });
});

test('with two operators a credit is taken back only when the second one approves; declined, it stays', async ({
  app,
  database,
}) => {
  const [first, second] = [await anOperator(app, database), await anOperator(app, database)];
  const person = await aPerson(app);
  const { id } = (await first.call('POST', path, payment(person.tenant.id, 'UNDO-1'))).json<{ id: string }>();
  expect((await second.call('POST', `${path}/${id}/approve`)).statusCode).toBe(204);
  const reversal = { reason: 'wrong_amount' };
  const stateOf = async () =>
    (await first.call('POST', `${path}/search`, { serialNumber: 'UNDO-1' })).json<{ items: object[] }>()
      .items[0];

  expect((await first.call('POST', `${path}/${id}/reverse`, reversal)).statusCode).toBe(202);
  expect(await stateOf()).toMatchObject({
    status: 'reversing',
    reversalProposedBy: `user:${first.user.id}`,
    reversedBy: null,
  });
  expect(await wallet(person)).toMatchObject({ balanceMicros: 100 * yuan });
  const alone = await first.call('POST', `${path}/${id}/approve`);
  expect([alone.statusCode, code(alone)]).toEqual([409, 'wallet.second_operator_needed']);
  const twice = await second.call('POST', `${path}/${id}/reverse`, reversal);
  expect([twice.statusCode, code(twice)]).toEqual([409, 'wallet.bank_transfer_decided']);

  expect((await second.call('POST', `${path}/${id}/reject`)).statusCode).toBe(204);
  expect(await stateOf()).toMatchObject({
    status: 'credited',
    reversalProposedBy: null,
    reversalReason: null,
  });

  expect((await first.call('POST', `${path}/${id}/reverse`, reversal)).statusCode).toBe(202);
  expect((await second.call('POST', `${path}/${id}/approve`)).statusCode).toBe(204);
  expect(await stateOf()).toMatchObject({ status: 'reversed', reversedBy: `user:${second.user.id}` });
  expect(await wallet(person)).toMatchObject({ balanceMicros: 0, owedMicros: 0 });
});

test('separators and marks make no other serial number; letters that only look like ours are refused beside the field', async ({
  app,
  database,
}) => {
  const operator = await anOperator(app, database);
  const person = await aPerson(app);
  const serial = `AB12${person.tenant.id.slice(-8)}X`;
  const spellings = [serial, serial.replace('X', '-x'), serial.replace('X', '.X'), `${serial}\u0301`];
  const credits = [];
  for (const spelling of spellings)
    credits.push(await operator.call('POST', path, payment(person.tenant.id, spelling)));
  const [first] = credits;
  expect(new Set(credits.map((credit) => credit.json<{ id: string }>().id)).size).toBe(1);
  expect(first?.json()).toMatchObject({ serialNumber: serial.toUpperCase() });
  for (const other of [serial.replace('B', '\u0412'), '流水号一', '---']) {
    const refused = await operator.call('POST', path, payment(person.tenant.id, other));
    expect(refused.statusCode, other).toBe(400);
    expect(refused.json()).toMatchObject({ issues: [{ path: 'body.serialNumber' }] });
  }
});

test('rows from before the normal form are brought into it, and what was credited twice is named, also to the log', async ({
  app,
  database,
  ctx,
}) => {
  const operator = await anOperator(app, database);
  const person = await aPerson(app);
  const insertOld = async (
    serialNumber: string,
    changes: { status?: BankTransferStatus; serialNumber?: string } = {},
  ) => {
    const row = await sealRow(ctx, bankTransfers, {
      id: newId('bank'),
      tenantId: person.tenant.id,
      userId: person.user.id,
      serialNumber,
      amountMicros: 1_000_000n,
      accountName: 'a',
      bankAccount: 'b',
      bankName: 'c',
      creditedBy: 'system:test',
      createdAt: new Date(),
    });
    const columns = { ...row, status: 'credited', ...changes } as const;
    await database.admin.query(
      `insert into wallet.bank_transfers (id, tenant_id, user_id, serial_number, serial_number_index, amount_micros, account_name, bank_account, bank_name, credited_by, created_at, status)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
      [
        columns.id,
        columns.tenantId,
        columns.userId,
        columns.serialNumber,
        columns.serialNumberIndex,
        columns.amountMicros,
        columns.accountName,
        columns.bankAccount,
        columns.bankName,
        columns.creditedBy,
        columns.createdAt,
        columns.status,
      ],
    );
    return columns.id;
  };
  const first = await insertOld('old-7');
  const twin = await insertOld('ＯＬＤ-7');
  const other = await insertOld('OLD\u200b-8');
  const normal = await insertOld('OLD10');
  const rejected = await insertOld('old 7', { status: 'rejected' });
  const erased = await insertOld('old-9', { serialNumber: neverSealed });
  const again = await operator.call('POST', path, payment(person.tenant.id, 'OLD-8'));
  expect([again.statusCode, code(again)]).toEqual([409, 'wallet.serial_number_taken']);
  // The refused credit is undone with everything it did.
  const logged: string[] = [];
  const log = createLog('warn', { write: (line) => void logged.push(line) });
  await inSettlement({ ...asSystem(ctx, 'test'), log }, normaliseSerialNumbers);
  const { rows } = await database.admin.query<{ id: string; index: string; duplicate: string | null }>(
    `select id, serial_number_index as index, duplicate_of as duplicate from wallet.bank_transfers
     where tenant_id = $1 and serial_form = 2 and id = any($2) order by id`,
    [person.tenant.id, [first, twin, other, normal, rejected, erased]],
  );
  const indexOf = (text: string) => findIndex(ctx, bankTransfers, 'serialNumber', text);
  expect(rows).toEqual([
    { id: first, index: await indexOf('OLD7'), duplicate: null },
    { id: twin, index: await indexOf('ＯＬＤ-7'), duplicate: first },
    { id: other, index: await indexOf('OLD8'), duplicate: null },
    { id: normal, index: await indexOf('OLD10'), duplicate: null },
    { id: rejected, index: await indexOf('OLD7'), duplicate: null },
    { id: erased, index: await indexOf('old-9'), duplicate: null },
  ]);
  expect(logged.map((line) => JSON.parse(line) as object)).toMatchObject([
    { bankTransferId: twin, duplicateOf: first },
  ]);
});
