import type { LocalisedText } from '@candor/privacy';
import { registry } from '../../registry.ts';

function findTable(place: string) {
  const [schema, name] = place.split('.');
  return registry.tables.find((table) => table.schema === schema && table.name === name);
}

/** `identity.users` in the words people read; what is not declared stands as it is named. */
export function tableTitle(table: string): LocalisedText {
  return findTable(table)?.rule.title ?? { zh: table, en: table };
}

/** `email` of `identity.users` in the words people read. */
export function columnTitle(table: string, column: string): LocalisedText {
  const found = findTable(table)?.columns.find(({ name }) => name === column);
  return found?.datum?.title ?? { zh: column, en: column };
}

/** `identity.users` or `identity.users.email` in the words people read. */
export function placeTitle(place: string): LocalisedText {
  const [schema, name, column] = place.split('.');
  if (column === undefined || findTable(place) === undefined) return tableTitle(place);
  const table = tableTitle(`${schema}.${name}`);
  const datum = columnTitle(`${schema}.${name}`, column);
  return { zh: `${table.zh}：${datum.zh}`, en: `${table.en}: ${datum.en}` };
}
