import type { LocalisedText } from '@candor/privacy-engine';
import type { Ctx } from '../../kernel/context.ts';

function findTable(ctx: Ctx, place: string) {
  const [schema, name] = place.split('.');
  return ctx.product.registry.tables.find((table) => table.schema === schema && table.name === name);
}

/** `identity.users` in the words people read; what is not declared stands as it is named. */
export function tableTitle(ctx: Ctx, table: string): LocalisedText {
  return findTable(ctx, table)?.rule.title ?? { zh: table, en: table };
}

/** `email` of `identity.users` in the words people read. */
export function columnTitle(ctx: Ctx, table: string, column: string): LocalisedText {
  const found = findTable(ctx, table)?.columns.find(({ name }) => name === column);
  return found?.datum?.title ?? { zh: column, en: column };
}

/** `identity.users` or `identity.users.email` in the words people read. */
export function placeTitle(ctx: Ctx, place: string): LocalisedText {
  const [schema, name, column] = place.split('.');
  if (column === undefined || findTable(ctx, place) === undefined) return tableTitle(ctx, place);
  const table = tableTitle(ctx, `${schema}.${name}`);
  const datum = columnTitle(ctx, `${schema}.${name}`, column);
  return { zh: `${table.zh}：${datum.zh}`, en: `${table.en}: ${datum.en}` };
}
