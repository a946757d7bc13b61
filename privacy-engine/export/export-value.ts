import type { ValueType } from '../registry.ts';
import type { JsonValue } from '../sealing/sealed-value.ts';
import type { ExportColumn } from './describe-export.ts';

/** A value as the database driver or the opening of a seal gives it. */
export type RawValue = JsonValue | bigint | Date | Buffer | undefined;
type Present = Exclude<RawValue, null | undefined>;

/**
 * The value as it stands in data.json. Numbers of 64 bits are written as digits in a string, as Protocol Buffers do in
 * JSON: most readers would round them silently.
 */
export function exportValue(column: Pick<ExportColumn, 'valueType' | 'given'>, value: RawValue): JsonValue {
  if (value === null || value === undefined) return null;
  const plain = plainValue(column.valueType, value);
  return column.given === 'masked' ? mask(textOf(plain)) : plain;
}

/** Text of a masked value: its last third, four characters at most. */
export function mask(text: string): string {
  const characters = Array.from(text);
  const kept = Math.min(4, Math.floor(characters.length / 3));
  return (
    '*'.repeat(Math.max(4, characters.length - kept)) + characters.slice(characters.length - kept).join('')
  );
}

function plainValue(type: ValueType, value: Present): JsonValue {
  switch (type) {
    case 'integer':
    case 'number':
      return Number(value);
    case 'boolean':
      return value === true;
    case 'bigint':
      return textOf(value);
    case 'instant':
      return asDate(value).toISOString();
    case 'json':
      return asJson(value);
    case 'bytes':
      return Buffer.isBuffer(value) ? value.toString('base64') : textOf(value);
    case 'text':
      return textOf(value);
  }
}

/** Guarantee: what the driver parsed or the seal gave back for a JSON column is JSON. */
function asJson(value: Present): JsonValue {
  return value as JsonValue;
}

function asDate(value: Present): Date {
  // Statements without a table of Drizzle give instants as PostgreSQL prints them.
  return value instanceof Date ? value : new Date(textOf(value));
}

function textOf(value: Present | null): string {
  if (typeof value === 'string') return value;
  return typeof value === 'bigint' ? value.toString() : JSON.stringify(value);
}
