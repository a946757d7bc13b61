import {
  bigint,
  boolean,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgSchema,
  text,
  timestamp,
} from 'drizzle-orm/pg-core';
import fc from 'fast-check';
import { createPrivacy, sealedJson, sealedText } from '../declare.ts';
import type { KeyClass, LocalisedText } from '../declaration-types.ts';
import { definePurposes, defineRecipients } from '../define-policy.ts';
import { buildRegistry, type Registry } from '../registry.ts';
import { completeDatum } from './shop.ts';

/** The kinds of columns a declaration may make, and the values a driver or an opened seal gives for them. */
const kinds = {
  text: { build: () => text(), value: fc.string({ unit: 'grapheme' }) },
  nastyText: {
    build: () => text(),
    value: fc.constantFrom(
      '=1+1',
      '+cmd',
      '-2',
      '@SUM(A1)',
      ' =1',
      "'=1",
      "''@x",
      '＝1',
      '\tx',
      '\r\n',
      'a"b,c\r\nd',
      '<script>alert(1)</script>',
      '"><img src=x onerror=alert(1)>',
      '&amp;',
      '',
      'null',
      '../../etc/passwd',
      '\u202Etxt',
      '张三',
    ),
  },
  sealedText: { build: () => sealedText(), value: fc.string() },
  sealedJson: { build: () => sealedJson(), value: fc.jsonValue() },
  json: { build: () => jsonb(), value: fc.jsonValue() },
  integer: { build: () => integer(), value: fc.integer() },
  number: {
    build: () => doublePrecision(),
    value: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value)),
  },
  bigint: {
    build: () => bigint({ mode: 'bigint' }),
    value: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  },
  boolean: { build: () => boolean(), value: fc.boolean() },
  instant: {
    build: () => timestamp({ withTimezone: true }),
    value: fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true }),
  },
} as const;
type Kind = keyof typeof kinds;

export interface RandomColumn {
  readonly kind: Kind;
  readonly export: 'yes' | 'masked' | { readonly no: LocalisedText };
  readonly keyClass: KeyClass;
}

export interface RandomTable {
  readonly columns: readonly RandomColumn[];
  /** What the rows hold, one value per column. */
  readonly rows: readonly (readonly unknown[])[];
}

const columnArbitrary: fc.Arbitrary<RandomColumn> = fc.record({
  kind: fc.constantFrom(...namesOf(kinds)),
  export: fc.oneof(
    fc.constantFrom('yes' as const, 'yes' as const, 'masked' as const),
    fc.constant({ no: { zh: '是秘密', en: 'it is a secret' } }),
  ),
  keyClass: fc.constantFrom('core' as const, 'billing' as const, 'content' as const, 'evidence' as const),
});

/** Tables and rows that no developer would write. */
export const tablesArbitrary: fc.Arbitrary<readonly RandomTable[]> = fc.array(
  fc.array(columnArbitrary, { minLength: 1, maxLength: 6 }).chain((columns) =>
    fc.record({
      columns: fc.constant(columns),
      rows: fc.array(fc.tuple(...columns.map(({ kind }) => fc.option(valueOf(kind), { freq: 6 }))), {
        maxLength: 6,
      }),
    }),
  ),
  { minLength: 1, maxLength: 4 },
);

/** Declares the tables as an application would. */
export function declareTables(tables: readonly RandomTable[]): Registry {
  const privacy = createPrivacy({
    purposes: definePurposes({
      work: { ...purposeFacts, scope: 'tenant', text: { zh: '工作', en: 'To work' } },
      access: { ...purposeFacts, scope: 'subject', engine: 'export', text: { zh: '查阅', en: 'To answer' } },
    }),
    recipients: defineRecipients({
      courier: { role: 'entrusted', region: 'CN', text: { zh: '快递公司', en: 'Courier' } },
    }),
    services: { buying: { zh: '购买', en: 'Buying' } },
    anchors: { 'account.closed': { zh: '账户注销', en: 'the account is closed' } },
  });
  const schema = pgSchema('random');
  for (const [number, { columns }] of tables.entries()) {
    const personal = columns.map((column, place) => {
      const facts = {
        ...completeDatum,
        ...column,
        subject: 'ownerId',
        title: { zh: `列${place}`, en: `Column ${place}` },
        purposes: ['work', 'access'],
        to: ['courier'],
      } as const;
      return [`c${place}`, privacy.personal(kinds[column.kind].build(), facts)] as const;
    });
    privacy.privacyTable(
      schema,
      `t${number}`,
      {
        id: privacy.plain(text().primaryKey(), 'random identifier'),
        ownerId: privacy.plain(text().notNull(), 'random identifier'),
        ...Object.fromEntries(personal),
      },
      {
        tenant: 'ownerId',
        subject: 'ownerId',
        title: { zh: `表${number}`, en: `Table ${number}` },
        rows: 'delete',
        access: { work: ['select', 'insert'], access: ['select'] },
      },
      (table) => [index(`t${number}_owner`).on(table.ownerId, table.id)],
    );
  }
  return buildRegistry(privacy);
}

const purposeFacts = {
  basis: 'contract',
  essential: true,
  duringRestriction: 'continues',
} as const;

function valueOf(kind: Kind): fc.Arbitrary<unknown> {
  return kinds[kind].value;
}

/** Guarantee: the keys of a record over `Kind`. */
function namesOf(record: typeof kinds): Kind[] {
  return Object.keys(record) as Kind[];
}
