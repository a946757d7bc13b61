import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { WipeableKey } from '../vault/key-cache.ts';
import { keyClasses } from '../vault/key-vault.ts';
import { lengthPrefixed } from '../vault/length-prefixed.ts';
import { blindIndex, blindIndexBytes } from './blind-index.ts';
import {
  type Cell,
  envelopeOverheadBytes,
  fromSealedText,
  keyVersionOf,
  open,
  seal,
  sealedTextPattern,
  toSealedText,
} from './envelope.ts';
import { SealError } from './seal-error.ts';
import type { SealedType } from './sealed-value.ts';

vi.setConfig({ testTimeout: 30_000 });

const material = randomBytes(32);
const key = keyOf(1);

function keyOf(version: number, bytes = material): WipeableKey {
  return new WipeableKey(`key_${version}`, version, Buffer.from(bytes));
}

const name = fc.string({ unit: 'grapheme', maxLength: 12 });
const cells: fc.Arbitrary<Cell> = fc.record({
  table: name,
  column: name,
  row: name,
  subject: name,
  keyClass: fc.constantFrom(...keyClasses),
});
const cell: Cell = {
  table: 'identity.users',
  column: 'email',
  row: 'user_1',
  subject: 'user_1',
  keyClass: 'core',
};

function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof SealError) return error.code;
    throw error;
  }
  return 'opened';
}

test('texts, JSON, big integers, instants and bytes come back as they were', () => {
  fc.assert(
    fc.property(
      cells,
      fc.string({ unit: 'binary' }),
      fc.jsonValue(),
      fc.bigInt(),
      (at, text, json, integer) => {
        expect(open(key, 'text', seal(key, 'text', text, at), at)).toBe(text);
        const value = JSON.parse(JSON.stringify(json)) as typeof json;
        expect(open(key, 'json', seal(key, 'json', json as never, at), at)).toEqual(value);
        expect(open(key, 'bigint', seal(key, 'bigint', integer, at), at)).toBe(integer);
      },
    ),
  );
  fc.assert(
    fc.property(cells, fc.date({ noInvalidDate: true }), (at, date) => {
      expect(open(key, 'date', seal(key, 'date', date, at), at)).toEqual(date);
    }),
  );
  fc.assert(
    fc.property(cells, fc.uint8Array(), (at, array) => {
      const bytes = Buffer.from(array);
      expect(open(key, 'bytes', seal(key, 'bytes', bytes, at), at)).toEqual(bytes);
    }),
  );
});

test('what an earlier release has sealed or indexed is still opened and found', () => {
  const known = keyOf(7, Buffer.from(Array.from({ length: 32 }, (_, at) => at)));
  const at: Cell = { ...cell, subject: 'user_2' };
  const opened = <T extends SealedType>(type: T, envelope: string) =>
    open(known, type, fromSealedText(envelope), at);
  expect(
    opened('text', 's1.AQAAAAcCuSNHXlU58LSzzRpiklijmkUnlS52A0Ie5EawyGlE6CKfNp1GawE9FLI8LwL1aaBhVjlXlg'),
  ).toBe('王红 <hong@example.cn>');
  expect(
    opened('json', 's1.AQAAAAeAvz_kNXzdCf9gxyO-W8-n9HKewa2dYFNPp5TFJZy8x4LzB3IoD-T4l7r4_w3ta58'),
  ).toEqual({ a: [1, null, true] });
  expect(
    opened('bigint', 's1.AQAAAAekzjz4gsSs1nYXYiBNNmRcxAdh3q_FVudDe229-lPpyCP16rWJED-Tw5B53LI-0qsk50bp'),
  ).toBe(-(2n ** 70n));
  expect(opened('date', 's1.AQAAAAdtQBicWFh0aQpKZ8r7Zvlz-5jylAc2uGyJtPRXk3UHF2epJ1xnvDQIhg4')).toEqual(
    new Date('2026-11-23T08:00:00Z'),
  );
  expect(opened('bytes', 's1.AQAAAAewk3LwPtIM0HPpKvlL0_si-Xve9nmY8Z3ZASyQh85DKQ')).toEqual(
    Buffer.from([0, 255, 7]),
  );
  expect(blindIndex(known, 'identity.users', 'email', 'hong@example.cn').toString('hex')).toBe(
    'e1d36ef1df27dfda0194b31dafe6b2b8',
  );
  expect(seal(known, 'text', '', at)).toHaveLength(34);
});

test('a value never opens in another row, column or table, for another person or class', () => {
  fc.assert(
    fc.property(cells, cells, fc.string(), (at, elsewhere, text) => {
      const envelope = seal(key, 'text', text, at);
      for (const field of ['table', 'column', 'row', 'subject', 'keyClass'] as const) {
        fc.pre(elsewhere[field] !== at[field]);
        const moved = { ...at, [field]: elsewhere[field] };
        expect(refusal(() => open(key, 'text', envelope, moved))).toBe('does-not-open');
      }
      expect(refusal(() => open(key, 'text', envelope, elsewhere))).toBe('does-not-open');
    }),
  );
});

test('moving a boundary between two names is a move to another cell', () => {
  fc.assert(
    fc.property(cells, fc.nat({ max: 8 }), fc.constantFrom('', '|', '.', '\0', ' '), (at, cut, separator) => {
      const joined = `${at.table}${separator}${at.column}`;
      const moved = { ...at, table: joined.slice(0, cut), column: joined.slice(cut) };
      fc.pre(moved.table !== at.table || moved.column !== at.column);
      const envelope = seal(key, 'text', 'value', at);
      expect(refusal(() => open(key, 'text', envelope, moved))).toBe('does-not-open');
    }),
  );
});

test('different lists of names never have the same bytes', () => {
  const lists = fc.array(fc.string({ unit: fc.constantFrom('\0', '\x01', 'a'), maxLength: 6 }), {
    maxLength: 3,
  });
  expect(lengthPrefixed(['a', 'b'])).not.toEqual(lengthPrefixed(['a\0\0\0\0b']));
  fc.assert(
    fc.property(lists, lists, (one, two) => {
      const areEqual = JSON.stringify(one) === JSON.stringify(two);
      expect(lengthPrefixed(one).equals(lengthPrefixed(two))).toBe(areEqual);
    }),
  );
});

test('no changed byte goes unnoticed, nor a missing or an added one', () => {
  const envelope = seal(key, 'text', '王红 <hong@example.cn>', cell);
  for (let index = 0; index < envelope.length; index += 1) {
    for (const flip of [1, 128]) {
      const changed = Buffer.from(envelope);
      changed[index] = (changed[index] ?? 0) ^ flip;
      const wanted = index === 0 ? 'no-envelope' : index < 5 ? 'other-version' : 'does-not-open';
      expect(
        refusal(() => open(key, 'text', changed, cell)),
        `byte ${index}`,
      ).toBe(wanted);
    }
    expect(refusal(() => open(key, 'text', envelope.subarray(0, index), cell))).not.toBe('opened');
  }
  expect(refusal(() => open(key, 'text', Buffer.concat([envelope, Buffer.alloc(1)]), cell))).toBe(
    'does-not-open',
  );
});

test('only the same version of the same key opens', () => {
  const envelope = seal(keyOf(2), 'text', 'value', cell);
  expect(keyVersionOf(envelope)).toBe(2);
  expect(refusal(() => open(key, 'text', envelope, cell))).toBe('other-version');
  expect(refusal(() => open(keyOf(2, randomBytes(32)), 'text', envelope, cell))).toBe('does-not-open');
  const relabelled = Buffer.from(envelope);
  relabelled.writeUInt32BE(1, 1);
  expect(refusal(() => open(key, 'text', relabelled, cell))).toBe('does-not-open');
});

test('a value opens as the type it was sealed as, and as no other', () => {
  const envelope = seal(key, 'text', '1234', cell);
  for (const type of ['json', 'bigint', 'date'] as const) {
    expect(refusal(() => open(key, type, envelope, cell))).toBe('other-type');
  }
});

test('what would not come back the same is not sealed', () => {
  expect(refusal(() => seal(key, 'text', 'half a pair \ud83d', cell))).toBe('not-sealable');
  expect(refusal(() => seal(key, 'date', new Date('no date'), cell))).toBe('not-sealable');
  const alone = [undefined, NaN, -Infinity, 5n, new Date(0), Buffer.of(1), new Map(), Symbol('a'), () => 1];
  const within = [{ city: undefined }, { city: { code: NaN } }, [1, undefined], Array(1), [[5n]]];
  for (const value of [...alone, ...within])
    expect(
      refusal(() => seal(key, 'json', value as never, cell)),
      inspect(value),
    ).toBe('not-sealable');
  const bare: unknown = Object.assign(Object.create(null), { city: ['上海', null, true, 1.5, {}] });
  expect(open(key, 'json', seal(key, 'json', bare as never, cell), cell)).toEqual(bare);
});

test('a value is not sealed as another type, so that it never opens as one', () => {
  const values = { text: '1', bigint: 1n, date: new Date(1), bytes: Buffer.of(1) };
  for (const type of ['text', 'bigint', 'date', 'bytes'] as const) {
    for (const [own, value] of Object.entries(values)) {
      const refused = refusal(() => seal(key, type, value as never, cell));
      expect(refused, `${own} as ${type}`).toBe(own === type ? 'opened' : 'not-sealable');
    }
  }
});

test('a refusal names the place of a value, never the value', () => {
  const changed = seal(key, 'text', 'hong@example.cn', cell).fill(0, 17);
  expect(() => open(key, 'text', changed, cell)).toThrow(
    expect.objectContaining({
      name: 'SealError',
      message: 'A value of identity.users.email does not open here',
    }),
  );
});

test('the same value in the same cell never looks the same twice', () => {
  const envelopes = Array.from({ length: 2_000 }, () => seal(key, 'text', 'value', cell).toString('hex'));
  expect(new Set(envelopes).size).toBe(2_000);
  const nonces = envelopes.map((envelope) => envelope.slice(10, 34));
  expect(new Set(nonces).size).toBe(2_000);
});

test('every nonce is drawn whole, also the first of a process and those where the stock ends', async () => {
  vi.resetModules();
  const { writeFreshNonce } = await import('./fresh-nonce.ts');
  const nonces = Array.from({ length: 1_000 }, () => {
    const nonce = Buffer.alloc(12);
    writeFreshNonce(nonce);
    return nonce;
  });
  expect(nonces[0]).not.toEqual(Buffer.alloc(12));
  expect(new Set(nonces.map((nonce) => nonce.toString('hex'))).size).toBe(1_000);
  // Of 256 values a byte has about 251 in a thousand draws.
  for (let at = 0; at < 12; at += 1)
    expect(new Set(nonces.map((nonce) => nonce[at])).size, `byte ${at}`).toBeGreaterThan(150);
});

test('the text form carries the same envelope and tells sealed from plain', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const envelope = seal(key, 'text', text, cell);
      expect(envelope.length).toBe(envelopeOverheadBytes + Buffer.byteLength(text));
      expect(toSealedText(envelope)).toMatch(new RegExp(sealedTextPattern));
      expect(fromSealedText(toSealedText(envelope))).toEqual(envelope);
    }),
  );
  for (const plain of ['', 'hong@example.cn', 's1.', 's1.short', `s2.${'a'.repeat(50)}`]) {
    expect(refusal(() => fromSealedText(plain))).toBe('no-envelope');
    expect(refusal(() => open(key, 'text', Buffer.from(plain), cell))).toBe('no-envelope');
  }
});

test('a blind index finds equal values of one column, under one key, and nothing else', () => {
  const index = blindIndex(key, 'identity.users', 'email', 'hong@example.cn');
  expect(index).toHaveLength(blindIndexBytes);
  expect(blindIndex(key, 'identity.users', 'email', 'hong@example.cn')).toEqual(index);
  const others = [
    blindIndex(key, 'identity.users', 'email', 'hong@example.com'),
    blindIndex(key, 'identity.users', 'phone', 'hong@example.cn'),
    blindIndex(key, 'support.tickets', 'email', 'hong@example.cn'),
    blindIndex(key, 'identity.user', 'semail', 'hong@example.cn'),
    blindIndex(keyOf(1, randomBytes(32)), 'identity.users', 'email', 'hong@example.cn'),
  ];
  expect(new Set([index, ...others].map((bytes) => bytes.toString('hex'))).size).toBe(6);
});
