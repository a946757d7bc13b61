import { PassThrough, Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import type { JsonValue } from '../sealing/sealed-value.ts';
import { csvLine, csvStart } from './csv.ts';
import { type ExportTable, givenColumns } from './describe-export.ts';
import { type ExportInput, fieldsOf, hasFile, rowsOf, tableFileName } from './export-rows.ts';
import { exportSchema } from './export-schema.ts';
import { readablePage } from './readable-page.ts';

const pageName = 'index.html';
const dataName = 'data.json';
const schemaName = 'schema.json';
const fileNamePattern = /^[a-z0-9][a-z0-9._-]*(\/[a-z0-9][a-z0-9._-]*)*$/;

/**
 * Writes the archive as a stream: no more of it is in memory than one batch of rows. Names of entries come from
 * declarations, never from data.
 * @throws Error for a file whose name is taken or could leave the folder it is unpacked to.
 */
export function writeExport(input: ExportInput): Readable {
  requireSafeNames(input);
  const zip = new ZipFile();
  const out = new PassThrough();
  zip.outputStream.pipe(out);
  let current: Readable | undefined;
  out.once('close', () => current?.destroy());
  const add = (name: string, content: () => AsyncIterable<string | Uint8Array>) =>
    zip.addReadStreamLazy(name, { mtime: input.head.generatedAt, mode: 0o100600 }, (give) => {
      const source = Readable.from(content(), { objectMode: false });
      // The zip library does not watch its sources: a reader that leaves and a source that fails end each other here.
      source.once('error', (error) => out.destroy(error));
      current = source;
      give(null, source);
    });
  add(pageName, () => readablePage(input));
  add(dataName, () => dataJson(input));
  add(schemaName, async function* () {
    yield `${JSON.stringify(exportSchema(input.tables, input.head), null, 1)}\n`;
  });
  for (const table of input.tables.filter(hasFile)) add(tableFileName(table), () => tableCsv(input, table));
  for (const { name, content } of input.files) add(name, content);
  zip.end();
  return out;
}

async function* dataJson({ head, tables, recipients, readRows, files }: ExportInput): AsyncGenerator<string> {
  const facts = {
    schema: schemaName,
    service: head.serviceName,
    generatedAt: head.generatedAt.toISOString(),
    subject: head.subject,
    language: head.language,
    policy: head.policy,
    recipients,
    files: files.map(({ name, title }) => ({ name, title })),
  };
  yield `${JSON.stringify(facts).slice(0, -1)},"tables":{`;
  for (const [index, table] of tables.entries()) {
    const columns = Object.fromEntries(table.columns.map((column) => [column.name, factsOf(column)]));
    yield `${index === 0 ? '' : ','}\n${JSON.stringify(table.name)}:{"title":${JSON.stringify(table.title)},`;
    yield `"columns":${JSON.stringify(columns)},"rows":[`;
    let separator = '\n';
    for await (const batch of rowsOf(table, readRows)) {
      const lines = batch.map((row) => JSON.stringify(Object.fromEntries(row)));
      if (lines.length === 0) continue;
      yield separator + lines.join(',\n');
      separator = ',\n';
    }
    yield ']}';
  }
  yield '}}\n';
}

/** What data.json says about a column; its type is in the schema. */
function factsOf(column: ExportTable['columns'][number]) {
  const { name: _name, valueType: _type, isNullable: _nullable, isMicroYuan: _unit, ...facts } = column;
  return facts;
}

async function* tableCsv({ readRows }: ExportInput, table: ExportTable): AsyncGenerator<string> {
  const isJson = new Set(
    givenColumns(table)
      .filter(({ valueType, given }) => valueType === 'json' && given === 'yes')
      .map(({ name }) => name),
  );
  yield csvStart + csvLine(fieldsOf(table));
  for await (const batch of rowsOf(table, readRows)) {
    yield batch
      .map((row) => csvLine(row.map(([name, value]) => (isJson.has(name) ? jsonText(value) : value))))
      .join('');
  }
}

/** JSON in one cell, so that the text "1" and the number 1 stay two things. */
function jsonText(value: JsonValue): string | null {
  return value === null ? null : JSON.stringify(value);
}

function requireSafeNames({ tables, files }: ExportInput): void {
  const taken = new Set([pageName, dataName, schemaName, ...tables.map(tableFileName)]);
  for (const { name } of files) {
    if (!fileNamePattern.test(name)) throw new Error('a file of an export has an unsafe name');
    if (taken.has(name)) throw new Error(`two files of an export are called ${name}`);
    taken.add(name);
  }
}
