import { basisText, methodText, reasonsToHold } from '../collection-list.ts';
import type { LocalisedText } from '../declaration-types.ts';
import { describeRetention, type Language } from '../describe-retention.ts';
import type { ColumnEntry, Registry, TableEntry, ValueType } from '../registry.ts';

/** What a person is shown about one kind of datum, whether or not its values are handed out. */
export interface ExportColumn {
  /** Name in PostgreSQL, the key in the files. */
  readonly name: string;
  readonly title: string;
  readonly category: string;
  readonly isSensitive: boolean;
  readonly source: string;
  readonly purposes: readonly string[];
  readonly basis: readonly string[];
  readonly retention: string;
  readonly recipients: readonly string[];
  /** The value, enough of it to recognise it, or nothing for a reason. */
  readonly given: 'yes' | 'masked' | 'no';
  readonly reason: string | null;
  readonly valueType: ValueType;
  /** What people read for the codes of the column, null where it holds no codes. */
  readonly words: Readonly<Record<string, string>> | null;
  /** Micro-yuan, which people read as yuan: the name of the column carries the unit. */
  readonly isMicroYuan: boolean;
  readonly isNullable: boolean;
}

export interface ExportTable {
  /** `schema.table` */
  readonly name: string;
  readonly title: string;
  readonly entry: TableEntry;
  /** Every personal column of the table. */
  readonly columns: readonly ExportColumn[];
}

export interface ExportRecipient {
  readonly key: string;
  readonly title: string;
  readonly role: string;
  readonly region: string;
  /** What they receive: `schema.table.column`. */
  readonly receives: readonly string[];
}

/**
 * Everything about persons that is declared, described for the person: what an export contains is derived here and
 * nowhere else, so that a declared column is either in it or in it with a reason.
 */
export function describeExport(registry: Registry, language: Language): ExportTable[] {
  return registry.tables.flatMap((entry) => {
    const columns = entry.columns.flatMap((column) => describeColumn(column, registry, language) ?? []);
    if (columns.length === 0) return [];
    const title = entry.rule.title?.[language] ?? entry.name;
    return [{ name: `${entry.schema}.${entry.name}`, title, entry, columns }];
  });
}

/** The columns whose values, whole or masked, are in the files. */
export function givenColumns(table: ExportTable): readonly ExportColumn[] {
  return table.columns.filter(({ given }) => given !== 'no');
}

/** Who receives something of these tables, and what. */
export function describeRecipients(
  registry: Registry,
  tables: readonly ExportTable[],
  language: Language,
): ExportRecipient[] {
  return Object.entries(registry.vocabulary.recipients).flatMap(([key, { text, role, region }]) => {
    const receives = tables.flatMap(({ name, entry }) =>
      entry.columns
        .filter(({ datum, atRest }) => atRest !== 'index' && datum?.to?.includes(key) === true)
        .map((column) => `${name}.${column.name}`),
    );
    return receives.length === 0 ? [] : [{ key, title: text[language], role, region, receives }];
  });
}

function wordsOf(
  words: Readonly<Record<string, LocalisedText>> | undefined,
  language: Language,
): Readonly<Record<string, string>> | null {
  if (words === undefined) return null;
  return Object.fromEntries(Object.entries(words).map(([code, text]) => [code, text[language]]));
}

function describeColumn(column: ColumnEntry, registry: Registry, language: Language): ExportColumn | null {
  const { datum } = column;
  if (datum === null) return null;
  const { recipients } = registry.vocabulary;
  const reasons = reasonsToHold(datum, registry);
  return {
    name: column.name,
    title: datum.title[language],
    category: datum.category,
    isSensitive: datum.sensitive === true,
    source: methodText(datum.source, language),
    purposes: reasons.map(({ text }) => text[language]),
    basis: [...new Set(reasons.map((reason) => basisText(reason, registry.vocabulary, language)))],
    retention: describeRetention(datum, registry.vocabulary, language),
    recipients: (datum.to ?? []).map((recipient) => recipients[recipient]?.text[language] ?? recipient),
    given: typeof datum.export === 'object' ? 'no' : datum.export,
    reason: typeof datum.export === 'object' ? datum.export.no[language] : null,
    valueType: column.valueType,
    words: wordsOf(datum.words, language),
    // A list of amounts is JSON.
    isMicroYuan: ['bigint', 'json'].includes(column.valueType) && column.name.endsWith('_micros'),
    isNullable: column.isNullable,
  };
}
