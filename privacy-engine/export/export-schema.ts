import type { ExportColumn, ExportTable } from './describe-export.ts';
import { givenColumns } from './describe-export.ts';

export type JsonSchema = Readonly<Record<string, unknown>>;

/** JSON Schema (2020-12) of data.json, generated from the same description as the data. */
export function exportSchema(
  tables: readonly ExportTable[],
  head: { readonly serviceName: string },
): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: `${head.serviceName}: data.json`,
    description: 'Integers of 64 bits are strings of digits. Instants are ISO 8601 in UTC.',
    ...closedObject({
      schema: { const: 'schema.json' },
      service: text,
      generatedAt: instant,
      subject: text,
      language: { enum: ['zh', 'en'] },
      policy: closedObject({ version: text, registryHash: text }),
      recipients: { type: 'array', items: recipient },
      files: { type: 'array', items: closedObject({ name: text, title: text }) },
      tables: closedObject(Object.fromEntries(tables.map((table) => [table.name, tableSchema(table)]))),
    }),
  };
}

const text = { type: 'string' } as const;
const texts = { type: 'array', items: text } as const;
const instant = { type: 'string', format: 'date-time' } as const;
const digits = { type: 'string', pattern: '^-?[0-9]+$' } as const;
const base64 = { type: 'string', contentEncoding: 'base64' } as const;
const recipient = closedObject({ key: text, title: text, role: text, region: text, receives: texts });

function tableSchema(table: ExportTable): JsonSchema {
  return {
    title: table.title,
    ...closedObject({
      title: { const: table.title },
      columns: closedObject(
        Object.fromEntries(table.columns.map((column) => [column.name, factsSchema(column)])),
      ),
      rows: { type: 'array', items: rowSchema(table) },
    }),
  };
}

/** The facts of a column are the same in every export of these declarations; only the shape is checked. */
function factsSchema(column: ExportColumn): JsonSchema {
  return closedObject({
    title: text,
    category: text,
    isSensitive: { type: 'boolean' },
    source: text,
    purposes: texts,
    basis: texts,
    retention: text,
    recipients: texts,
    given: { const: column.given },
    words: column.words === null ? { type: 'null' } : closedObject(mapped(column.words, text)),
    reason: column.given === 'no' ? text : { type: 'null' },
  });
}

/** One row: its own identifier and every column that is given. */
export function rowSchema(table: ExportTable): JsonSchema {
  const key = keyColumnOf(table);
  return closedObject({
    ...(key === null ? {} : { [key]: { ...text, title: 'row' } }),
    ...Object.fromEntries(givenColumns(table).map((column) => [column.name, valueSchema(column)])),
  });
}

/** Column with the row's own random identifier, null where it is among the given columns or composed. */
export function keyColumnOf(table: ExportTable): string | null {
  const { keyColumn } = table.entry;
  return givenColumns(table).some(({ name }) => name === keyColumn) ? null : keyColumn;
}

function mapped(words: Readonly<Record<string, string>>, schema: JsonSchema): JsonSchema {
  return Object.fromEntries(Object.keys(words).map((code) => [code, schema]));
}

function valueSchema(column: ExportColumn): JsonSchema {
  const { title } = column;
  const description = column.isMicroYuan
    ? `${column.retention} (micro-yuan: 1000000 is ¥1)`
    : column.retention;
  const facts = column.given === 'masked' ? text : typeFacts[column.valueType];
  const type = 'type' in facts && column.isNullable ? { type: [facts.type, 'null'] } : {};
  return { title, description, ...facts, ...type };
}

const typeFacts: Record<ExportColumn['valueType'], { readonly type?: string }> = {
  text,
  integer: { type: 'integer' },
  number: { type: 'number' },
  boolean: { type: 'boolean' },
  bigint: digits,
  instant,
  bytes: base64,
  json: {},
};

function closedObject(properties: Readonly<Record<string, unknown>>): JsonSchema {
  return { type: 'object', additionalProperties: false, required: Object.keys(properties), properties };
}
