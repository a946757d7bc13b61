import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { parse } from 'csv-parse/sync';
import { fromBuffer, type Entry, type ZipFile } from 'yauzl';
import { unguardText } from '../export/csv.ts';
import type { JsonValue } from '../sealing/sealed-value.ts';

type Row = Record<string, JsonValue>;

export interface ReadExport {
  readonly names: readonly string[];
  readonly files: ReadonlyMap<string, string>;
  readonly data: {
    readonly subject: string;
    readonly tables: Record<
      string,
      { columns: Record<string, { given: string; reason: string | null }>; rows: Row[] }
    >;
    readonly recipients: { key: string; receives: string[] }[];
  };
  /** Rows of each table as the CSV files say, typed by the schema. */
  readonly tables: Record<string, Row[]>;
}

interface ValueSchema {
  readonly type?: string | readonly string[];
}

/**
 * Reads an archive the way another provider would: other people's parsers for zip, CSV and JSON Schema, and nothing of
 * ours but taking the guard off texts.
 * @throws Error when data.json does not fulfil schema.json.
 */
export async function readExport(archive: Buffer): Promise<ReadExport> {
  const files = await unzip(archive);
  const data = JSON.parse(files.get('data.json') ?? '') as ReadExport['data'];
  const schema = JSON.parse(files.get('schema.json') ?? '') as SchemaOfData;
  const ajv = new Ajv2020({ strict: true, strictTypes: false, allErrors: true });
  addFormats.default(ajv);
  const isValid = ajv.validate(schema, data);
  if (!isValid) throw new Error(`data.json does not fulfil schema.json: ${ajv.errorsText()}`);
  const tables: Record<string, Row[]> = {};
  for (const [name, content] of files) {
    const table = /^tables\/(.+)\.csv$/.exec(name)?.[1];
    if (table === undefined) continue;
    const properties = schema.properties.tables.properties[table]?.properties.rows.items.properties;
    if (properties === undefined) throw new Error(`${name} is a table the schema does not know`);
    tables[table] = parseTable(content, properties);
  }
  return { names: [...files.keys()], files, data, tables };
}

interface SchemaOfData {
  readonly properties: {
    readonly tables: {
      readonly properties: Record<
        string,
        { properties: { rows: { items: { properties: Record<string, ValueSchema> } } } }
      >;
    };
  };
}

function parseTable(content: string, properties: Record<string, ValueSchema>): Row[] {
  const rows: Row[] = parse(content, {
    bom: true,
    columns: true,
    record_delimiter: '\r\n',
    relax_quotes: false,
    cast: (text, { column, quoting, header }) => {
      if (header) return text;
      if (!quoting && text === '') return null;
      return typedCell(quoting ? unguardText(text) : text, properties[String(column)]);
    },
  });
  return rows;
}

function typedCell(text: string, schema: ValueSchema | undefined): JsonValue {
  if (schema === undefined) throw new Error('a column the schema does not know');
  const types: readonly string[] = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? []);
  if (types.includes('string')) return text;
  if (types.includes('integer') || types.includes('number')) return Number(text);
  if (types.includes('boolean')) return text === 'true';
  return jsonCell(text);
}

/** A JSON text in a cell of its own; a text that is no JSON is the JSON string itself. */
function jsonCell(text: string): JsonValue {
  return JSON.parse(text) as JsonValue;
}

/** Names and contents, in the order of the archive. @throws Error for a name that could leave the folder. */
async function unzip(archive: Buffer): Promise<Map<string, string>> {
  const zip = await new Promise<ZipFile>((resolve, reject) => {
    fromBuffer(archive, { lazyEntries: true, strictFileNames: true }, (error, opened) =>
      error === null ? resolve(opened) : reject(error),
    );
  });
  const files = new Map<string, string>();
  return new Promise((resolve, reject) => {
    zip.on('error', reject);
    zip.on('end', () => resolve(files));
    zip.on('entry', (entry: Entry) => {
      readEntry(zip, entry)
        .then((content) => {
          files.set(entry.fileName, content);
          zip.readEntry();
        })
        .catch(reject);
    });
    zip.readEntry();
  });
}

function readEntry(zip: ZipFile, entry: Entry): Promise<string> {
  return new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, stream) => {
      if (error !== null) {
        reject(error);
        return;
      }
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('error', reject);
      stream.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    });
  });
}
