import { type AnyPgColumn, index, integer, pgSchema, text, timestamp } from 'drizzle-orm/pg-core';
import fc from 'fast-check';
import { createPrivacy, sealedText } from '../declare.ts';
import type { EraseRule } from '../declaration-types.ts';
import { definePurposes, defineRecipients } from '../define-policy.ts';
import { buildRegistry, type Registry } from '../registry.ts';

/** Tables about persons as no developer would declare them, for erasing a person from them. */
export interface RandomLives {
  readonly tables: readonly RandomTable[];
}

type RowsRule = 'delete' | 'keep-unlinked' | 'keepUntil';
type Kind = 'text' | 'sealed' | 'instant' | 'address';

interface RandomColumn {
  readonly kind: Kind;
  readonly isNullable: boolean;
  /** Picks among the verbs that this column in this table can be declared with. */
  readonly verb: number;
}

interface RandomTable {
  readonly rows: RowsRule;
  readonly isSubjectNullable: boolean;
  readonly columns: readonly RandomColumn[];
  /** A second person in the row, whose cells alone go. */
  readonly shared: RandomColumn | null;
  /** A reference to rows of a table (its number, taken modulo), itself included. */
  readonly refersTo: {
    readonly table: number;
    readonly isNullable: boolean;
    readonly isDeferrable: boolean;
  } | null;
  /** Whose the rows are, what they refer to, and who shares them: numbers taken modulo. */
  readonly facts: readonly { readonly owner: number; readonly target: number; readonly sharer: number }[];
}

const columnArbitrary: fc.Arbitrary<RandomColumn> = fc.record({
  kind: fc.constantFrom<Kind>('text', 'sealed', 'instant', 'address'),
  isNullable: fc.boolean(),
  verb: fc.nat(10),
});

export const livesArbitrary: fc.Arbitrary<RandomLives> = fc.record({
  tables: fc.array(
    fc.record({
      rows: fc.constantFrom<RowsRule>('delete', 'delete', 'keep-unlinked', 'keepUntil'),
      isSubjectNullable: fc.boolean(),
      columns: fc.array(columnArbitrary, { minLength: 1, maxLength: 4 }),
      shared: fc.option(columnArbitrary, { freq: 3 }),
      refersTo: fc.option(
        fc.record({ table: fc.nat(3), isNullable: fc.boolean(), isDeferrable: fc.boolean() }),
        { freq: 3 },
      ),
      facts: fc.array(fc.record({ owner: fc.nat(2), target: fc.nat(20), sharer: fc.nat(3) }), {
        minLength: 1,
        maxLength: 8,
      }),
    }),
    { minLength: 1, maxLength: 4 },
  ),
});

const law = { duration: 'P3Y', law: 'Some Law 7' } as const;

function verbsOf(rows: RowsRule, { kind, isNullable }: RandomColumn, isShared: boolean): EraseRule[] {
  if (rows === 'delete' && !isShared) return ['delete-row'];
  const verbs: EraseRule[] = [];
  if (isNullable) verbs.push('null', 'shred');
  if (kind === 'text' || kind === 'sealed' || kind === 'address') verbs.push('tombstone', 'shred');
  if (kind === 'instant') verbs.push({ generalise: 'hour' });
  if (kind === 'address') verbs.push({ generalise: 'ip-prefix' });
  if (rows === 'keep-unlinked' && !isShared && kind !== 'sealed') verbs.push('unlink');
  if (rows === 'keepUntil' && !isShared) verbs.push({ retain: law }, { retain: law });
  return verbs;
}

function builderOf({ kind, isNullable }: RandomColumn) {
  const builder =
    kind === 'sealed' ? sealedText() : kind === 'instant' ? timestamp({ withTimezone: true }) : text();
  return isNullable ? builder : builder.notNull();
}

/** Declares the tables in a schema of their own. */
export function declareLives(schemaName: string, { tables }: RandomLives): Registry {
  const privacy = createPrivacy({
    purposes: definePurposes({
      work: {
        basis: 'contract',
        essential: true,
        scope: 'platform',
        duringRestriction: 'continues',
        text: { zh: '工作', en: 'To work' },
      },
      erasure: {
        basis: 'legal-obligation',
        essential: true,
        scope: 'platform',
        duringRestriction: 'continues',
        engine: 'erasure',
        text: { zh: '删除', en: 'To erase' },
      },
    }),
    recipients: defineRecipients({
      courier: { role: 'entrusted', region: 'CN', text: { zh: '快递公司', en: 'Courier' } },
    }),
    services: { buying: { zh: '购买', en: 'Buying' } },
    anchors: {
      'row.createdAt': { zh: '记录产生', en: 'the record is made' },
      'account.closed': { zh: '账户注销', en: 'the account is closed' },
    },
  });
  const schema = pgSchema(schemaName);
  /** Guarantee: the datum is put together for this column; the compiler does not know which builder it meets. */
  const declare = (column: RandomColumn, datum: object) =>
    privacy.personal(builderOf(column), datum as never);
  const ids: AnyPgColumn[] = [];
  /** Guarantee: asked for only when every table is declared. */
  const idOf = (number: number) => ids[number % tables.length] as AnyPgColumn;
  for (const [number, table] of tables.entries()) {
    const datum = (column: RandomColumn, place: number, isShared: boolean) => {
      const verbs = verbsOf(table.rows, column, isShared);
      const isFirstOfKept = table.rows === 'keepUntil' && place === 0 && !isShared;
      return {
        title: { zh: `列${place}`, en: `Column ${place}` },
        category: 'content',
        source: 'user',
        collectedFor: ['buying'],
        purposes: ['work'],
        keep: { max: 'P10Y', from: 'row.createdAt' },
        keyClass: 'content',
        onErase: isFirstOfKept ? { retain: law } : (verbs[column.verb % verbs.length] ?? 'tombstone'),
        export: 'yes',
        edit: 'self',
        log: 'never',
        ...(column.kind === 'sealed' ? {} : { clear: 'an example without keys' }),
        subject: isShared ? 'sharerId' : 'ownerId',
      } as const;
    };
    const own = table.columns.map(
      (column, place) => [`c${place}`, declare(column, datum(column, place, false))] as const,
    );
    const shared =
      table.shared === null ? [] : [['shared', declare(table.shared, datum(table.shared, 9, true))] as const];
    const subject = text();
    const { refersTo } = table;
    const other = refersTo === null ? text() : text().references(() => idOf(refersTo.table));
    const { id } = privacy.privacyTable(
      schema,
      `t${number}`,
      {
        id: privacy.plain(text().primaryKey(), 'random identifier'),
        ownerId: privacy.plain(table.isSubjectNullable ? subject : subject.notNull(), 'random identifier'),
        sharerId: privacy.plain(text(), 'random identifier'),
        otherId: privacy.plain(refersTo?.isNullable === false ? other.notNull() : other, 'random identifier'),
        position: privacy.plain(integer().notNull(), 'order of the rows'),
        createdAt: privacy.plain(timestamp({ withTimezone: true }).notNull(), 'anchor of the terms'),
        ...Object.fromEntries([...own, ...shared]),
      },
      {
        tenant: { none: 'an example' },
        subject: 'ownerId',
        title: { zh: `表${number}`, en: `Table ${number}` },
        rows: table.rows === 'keepUntil' ? { keepUntil: law } : table.rows,
        access: { work: ['select'] },
      },
      (columns) => [index(`t${number}_owner`).on(columns.ownerId, columns.id)],
    );
    ids.push(id);
  }
  return buildRegistry(privacy);
}

/** The statements that make the tables and fill them, in order. */
export function livesSql(schemaName: string, { tables }: RandomLives, persons: readonly string[]): string[] {
  const place = (number: number) => `"${schemaName}"."t${number}"`;
  const sql = [`create schema "${schemaName}"`];
  for (const [number, table] of tables.entries()) {
    const cells = [...table.columns.entries()].map(([at, column]) => `c${at} ${typeOf(column)}`);
    const shared = table.shared === null ? [] : [`shared ${typeOf(table.shared)}`];
    const owner = `owner_id text${table.isSubjectNullable ? '' : ' not null'}`;
    const fixed = [
      'id text primary key',
      owner,
      'sharer_id text',
      'other_id text',
      'position int not null',
      'created_at timestamptz not null',
    ];
    sql.push(`create table ${place(number)} (${[...fixed, ...cells, ...shared].join(', ')})`);
  }
  for (const [number, table] of tables.entries()) {
    for (const [row, fact] of table.facts.entries()) {
      const owner = persons[fact.owner % persons.length] ?? '';
      const sharer = fact.sharer === 3 ? null : (persons[fact.sharer % persons.length] ?? null);
      const values = [
        ...table.columns.map((column, at) => valueOf(column, `${owner}-${number}-${row}-${at}`)),
        ...(table.shared === null ? [] : [valueOf(table.shared, `${sharer ?? 'nobody'}-${number}-${row}-s`)]),
      ];
      const names = [...table.columns.keys()]
        .map((at) => `c${at}`)
        .concat(table.shared === null ? [] : ['shared']);
      sql.push(
        `insert into ${place(number)} (id, owner_id, sharer_id, position, created_at${names.map((name) => `, ${name}`).join('')}) values ('t${number}r${row}', '${owner}', ${sharer === null ? 'null' : `'${sharer}'`}, ${row}, '2026-0${1 + (row % 9)}-15T10:20:30Z'${values.map((value) => `, ${value}`).join('')})`,
      );
    }
  }
  for (const [number, { refersTo, facts }] of tables.entries()) {
    if (refersTo === null) continue;
    const target = refersTo.table % tables.length;
    const targets = tables[target]?.facts.length ?? 0;
    for (const [row, fact] of facts.entries())
      sql.push(
        `update ${place(number)} set other_id = 't${target}r${fact.target % targets}' where id = 't${number}r${row}'`,
      );
    sql.push(
      `alter table ${place(number)} add constraint t${number}_other foreign key (other_id) references ${place(target)} (id)${refersTo.isDeferrable ? ' deferrable' : ''}`,
    );
    if (!refersTo.isNullable) sql.push(`alter table ${place(number)} alter column other_id set not null`);
  }
  return sql;
}

function typeOf({ kind, isNullable }: RandomColumn): string {
  return `${kind === 'instant' ? 'timestamptz' : 'text'}${isNullable ? '' : ' not null'}`;
}

/** A value that says whose it is, so that it can be found again. */
function valueOf({ kind }: RandomColumn, marker: string): string {
  if (kind === 'instant') return `'2026-03-04T05:06:07Z'`;
  if (kind === 'address') return `'10.20.30.40'`;
  if (kind === 'sealed') return `'s1.AQAAAAE' || repeat('x', 44) || '${marker}'`;
  return `'${marker}'`;
}
