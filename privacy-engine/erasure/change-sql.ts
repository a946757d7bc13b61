import type { ColumnEntry } from '../registry.ts';
import type { ErasureRule } from './erasure-rules.ts';
import { quoteName, quoteText } from './sql-text.ts';

/** `set` list of the statement that erases the cells of a rule's rows; cells that stay are not in it. */
export function changesSql(rule: Pick<ErasureRule, 'columns'>): string {
  return rule.columns
    .filter(({ fate }) => fate.verb !== 'hold' && fate.verb !== 'stay')
    .map(({ column, fate }) => `${quoteName(column.name)} = ${newValue(column, fate)}`)
    .join(', ');
}

function newValue(column: ColumnEntry, fate: ErasureRule['columns'][number]['fate']): string {
  switch (fate.verb) {
    case 'null':
      return 'null';
    case 'tombstone':
      return tombstoneSql(column);
    case 'unlink':
      return column.isNullable ? 'null' : randomText;
    case 'generalise':
      return fate.to === 'ip-prefix' ? networkOf(column) : beginningOf(fate.to, column);
    case 'delete-row':
    case 'stay':
    case 'hold':
      throw new Error(`${column.name} is not changed by ${fate.verb}`);
  }
}

/** Different in every row and derived from nothing: a hash of an address would still be the address. */
const randomText = `'erased-' || gen_random_uuid()`;

/** Base64url without padding. */
const base64url = (bytes: string) => `rtrim(translate(encode(${bytes}, 'base64'), E'+/\\n', '-_'), '=')`;

/**
 * An envelope of the right form that was never sealed: key version 0 does not exist, and what follows is random. Readers
 * take it for what it is, a value that was erased.
 */
const neverSealed = `'s1.' || ${base64url(`decode('0100000000', 'hex') || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())`)}`;

function tombstoneSql(column: ColumnEntry): string {
  if (column.atRest === 'sealed') return neverSealed;
  if (column.atRest === 'index') return base64url('uuid_send(gen_random_uuid())');
  // Where only listed words are possible, every row gets the same one: it says nothing about a person.
  const [first] = column.words ?? [];
  return first === undefined ? randomText : quoteText(first);
}

function beginningOf(unit: 'hour' | 'month', column: ColumnEntry): string {
  return `date_trunc('${unit}', ${quoteName(column.name)}, 'UTC')`;
}

/** The network an address belongs to: /24, or /48 of IPv6. What is no address becomes nothing. */
function networkOf(column: ColumnEntry): string {
  const name = quoteName(column.name);
  return `case when ${name} ~ '^[0-9]{1,3}([.][0-9]{1,3}){3}$' then host(network(set_masklen(${name}::inet, 24))) when ${name} ~ '^[0-9A-Fa-f:]*:[0-9A-Fa-f:]+$' then host(network(set_masklen(${name}::inet, 48))) else '' end`;
}
