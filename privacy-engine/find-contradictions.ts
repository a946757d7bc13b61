import type { AnyDatum, PolicyVocabulary } from './declare.ts';
import { sensitiveCategories } from './declaration-types.ts';
import { erasureContradictions } from './erasure/erasure-rules.ts';
import type { TableEntry } from './registry.ts';

const isoDuration = /^P(?!$)(\d+Y)?(\d+M)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+S)?)?$/;

/** What a declaration says that cannot be kept, or says against itself: all that types cannot see. */
export function findContradictions(table: TableEntry, vocabulary: PolicyVocabulary): string[] {
  const found: string[] = [];
  const place = `${table.schema}.${table.name}`;
  const keys = new Set(table.columns.map((column) => column.key));
  const personalColumns = table.columns.filter((column) => column.datum !== null);

  for (const [purpose, verbs] of Object.entries(table.rule.access)) {
    const scope = vocabulary.purposes[purpose]?.scope;
    if (scope === 'tenant' && table.tenantColumn === null && personalColumns.length > 0) {
      found.push(
        `${place}: purpose ${purpose} sees one tenant's rows, but the personal rows name no tenant column`,
      );
    }
    if (scope === 'subject' && table.subjectColumn === null && verbs?.includes('select') === true) {
      found.push(
        `${place}: purpose ${purpose} sees one person's rows, but the table names no subject column`,
      );
    }
    if (verbs?.includes('insert') !== true) continue;
    for (const { key, datum } of personalColumns) {
      if (datum?.purposes.includes(purpose) === true) continue;
      found.push(`${place}.${key}: purpose ${purpose} may insert the row but is no purpose of the column`);
    }
  }
  for (const purpose of Object.keys(table.rule.afterErasure ?? {})) {
    if (table.rule.access[purpose] === undefined)
      found.push(`${place}: rows are kept for the purpose ${purpose}, which has no access to the table`);
    if (vocabulary.purposes[purpose]?.duringRestriction === 'stops')
      found.push(`${place}: rows are kept for the purpose ${purpose}, which even a restriction stops`);
  }
  if (table.subjectColumn !== null || table.tenantColumn !== null)
    for (const { key, datum, why } of table.columns)
      if (datum === null && (why === null || why.trim() === ''))
        found.push(
          `${place}.${key}: says why it tells nothing about whose row it is, or is declared personal`,
        );
  found.push(...sealingContradictions(table), ...accountContradictions(table, vocabulary));
  if (table.rule.immutable === true && personalColumns.some(({ datum }) => datum?.onErase !== 'unlink')) {
    found.push(`${place}: holds personal data, so a trigger that forbids deleting would forbid erasure`);
  }
  if (table.rule.immutable === 'references-end') {
    if (table.rule.rows !== 'keep-unlinked')
      found.push(`${place}: only references end, so the rows must say keep-unlinked`);
    for (const { key, datum, isNullable } of personalColumns)
      if (datum?.onErase !== 'unlink' && (datum?.onErase !== 'null' || !isNullable))
        found.push(`${place}.${key}: may only end as null or stay, because the row is append-only`);
  }
  if (personalColumns.length > 0 && typeof table.rule.rows === 'object' && 'notPersonal' in table.rule.rows) {
    found.push(`${place}: rows are declared not personal, but ${personalColumns[0]?.key} is`);
  }
  if (personalColumns.length > 0 && table.subjectColumn === null) {
    found.push(`${place}: holds personal data, so the row must carry its subject id`);
  }
  if (personalColumns.length > 0 && table.keyColumn === null) {
    found.push(
      `${place}: holds personal data, so its primary key must be one column, by which rows are named`,
    );
  }
  if (personalColumns.length > 0 && table.subjectColumn !== null && !table.isFoundBySubject) {
    const columns = [...new Set([table.subjectColumn, table.keyColumn ?? table.subjectColumn])].join(', ');
    found.push(
      `${place}: one person's rows must be found without reading all rows, so it needs an index on (${columns})`,
    );
  }
  if (personalColumns.length > 0 && table.rule.title === undefined) {
    found.push(`${place}: holds personal data, so its rows need a title people understand`);
  }
  for (const { key, datum, words, atRest } of personalColumns) {
    if (atRest === 'index' || typeof datum?.export === 'object') continue;
    const missing = (words ?? []).filter((word) => datum?.words?.[word] === undefined);
    if (missing.length > 0)
      found.push(`${place}.${key}: is shown to people, who need words for ${missing.join(', ')}`);
  }
  for (const { key, datum } of personalColumns) {
    if (datum === null) continue;
    if (datum.wordList !== undefined && datum.words === undefined)
      found.push(`${place}.${key}: nothing puts the word list ${datum.wordList} together`);
    found.push(...datumContradictions(`${place}.${key}`, datum, keys, vocabulary, table));
  }
  return [...found, ...erasureContradictions(table)];
}

/** A row of an account names no person: nothing of it can wait for what a person decides, or hide under their key. */
function accountContradictions(table: TableEntry, vocabulary: PolicyVocabulary): string[] {
  if (!table.isOfAccount) return [];
  const place = `${table.schema}.${table.name}`;
  const found = Object.keys(table.rule.access)
    .filter((purpose) => vocabulary.purposes[purpose]?.duringRestriction === 'stops')
    .map(
      (purpose) => `${place}: a person may stop the purpose ${purpose}, but the row names an account only`,
    );
  if (table.subjectColumn !== table.tenantColumn || table.subjectColumn === null)
    found.push(`${place}: its subject is an account, so subject and tenant are the same column`);
  for (const { key, datum, atRest } of table.columns) {
    if (datum !== null && datum.subject !== table.rule.subject)
      found.push(`${place}.${key}: is about a person, but the rows are an account's`);
    if (atRest !== 'clear')
      found.push(`${place}.${key}: is sealed under the key of a person, but the row names an account only`);
  }
  return found;
}

function sealingContradictions(table: TableEntry): string[] {
  const place = `${table.schema}.${table.name}`;
  const sealed = table.columns.filter((column) => column.sealedType !== null);
  const found = table.columns.flatMap(({ key, indexOf }) =>
    indexOf === null || sealed.some((column) => column.key === indexOf)
      ? []
      : [`${place}.${key}: is the look-up column of ${indexOf}, which is no sealed column`],
  );
  if (sealed.some((column) => column.datum === null)) {
    found.push(`${place}: a sealed column holds personal data and must be declared so`);
  }
  if (sealed.length > 0 && table.keyColumn === null) {
    found.push(`${place}: has sealed columns, so its primary key must be one column`);
  }
  return found;
}

function datumContradictions(
  place: string,
  datum: AnyDatum,
  keys: ReadonlySet<string>,
  vocabulary: PolicyVocabulary,
  table: TableEntry,
): string[] {
  const found: string[] = [];
  if (!keys.has(datum.subject))
    found.push(`${place}: subject column ${datum.subject} does not exist in the row`);
  for (const duration of [datum.keep.max, datum.keep.min?.duration]) {
    if (duration !== undefined && !isoDuration.test(duration)) {
      found.push(`${place}: "${duration}" is not an ISO 8601 duration`);
    }
  }
  for (const [name, purpose] of Object.entries(vocabulary.purposes)) {
    if (purpose.engine !== 'export' || typeof datum.export === 'object') continue;
    if (!datum.purposes.includes(name)) {
      found.push(`${place}: may be exported, but is not readable for the purpose ${name} that exports`);
    }
  }
  const isSensitiveCategory = (sensitiveCategories as readonly string[]).includes(datum.category);
  if (isSensitiveCategory && datum.sensitive !== true) {
    found.push(`${place}: category ${datum.category} is sensitive (PIPL 28) but not declared so`);
  }
  for (const purpose of datum.purposes) {
    if (table.rule.access[purpose] === undefined) {
      found.push(`${place}: purpose ${purpose} has no access to the table`);
    }
    if (datum.sensitive === true && vocabulary.purposes[purpose]?.basis === 'consent') {
      found.push(
        `${place}: sensitive data needs a separate consent (PIPL 29), purpose ${purpose} has a plain one`,
      );
    }
  }
  return found;
}
