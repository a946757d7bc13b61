import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Ctx } from './context.ts';
import { type CsvCell, csvOfPages, jsonLinesOfPages } from './list-files.ts';
import { typed } from './http.ts';

/** A column of a file: its name in both languages, and the cell of a row. */
export type Column<Row> = readonly [name: string, cell: (row: Row, ctx: Ctx) => CsvCell];

export interface ListExport<Filter extends z.ZodObject, Item extends z.ZodType, Row> {
  /** Address of the list; its files are beside it. */
  readonly path: string;
  /** `Transactions`: ends the names of the operations. */
  readonly name: string;
  readonly tags: readonly string[];
  /** What is in the file: `Your transactions`. */
  readonly summary: string;
  readonly fileName: string;
  readonly filter: Filter;
  /** As the list answers it; a line of JSON has the same fields. */
  readonly item: Item;
  readonly columns: readonly Column<Row>[];
  /** What stands on the lines of a CSV file for an item; without it, the item on one line. */
  readonly rowsOf?: (item: z.output<Item>) => readonly Row[];
  /** Before the first row is read. */
  readonly begin?: (ctx: Ctx) => Promise<void>;
  readonly readPage: (
    ctx: Ctx,
    query: z.output<Filter> & { limit: number; cursor?: string },
  ) => Promise<{ readonly items: readonly z.output<Item>[]; readonly nextCursor: string | null }>;
}

/** The whole of a list under its filters as files: CSV for spreadsheets, JSON lines for programs. */
export function exportList<Filter extends z.ZodObject, Item extends z.ZodType, Row = z.output<Item>>(
  app: FastifyInstance,
  list: ListExport<Filter, Item, Row>,
): void {
  const { path, name, summary, columns, item, fileName } = list;
  // Guarantee: a list without `rowsOf` has columns of its items.
  const rowsOf = list.rowsOf ?? ((row) => [row as unknown as Row]);
  const forms = {
    csv: { type: 'text/csv', operationId: `export${name}`, as: 'as a CSV file' },
    jsonl: {
      type: 'application/jsonl',
      operationId: `export${name}AsJsonLines`,
      as: 'as JSON lines, one row a line',
    },
  } as const;
  for (const [form, { type, operationId, as }] of Object.entries(forms)) {
    typed(app).get(
      `${path}.${form}`,
      {
        schema: {
          operationId,
          tags: [...list.tags],
          summary: `${summary} ${as}`,
          querystring: list.filter,
          response: { 200: z.string().meta({ description: type }) },
        },
      },
      async ({ ctx, query }, reply) => {
        await list.begin?.(ctx);
        // Guarantee: the validator of the route has parsed the query by this very schema.
        const filter = query as z.output<Filter>;
        const readPage = (page: { limit: number; cursor?: string }) =>
          list.readPage(ctx, { ...filter, ...page });
        const lines =
          form === 'csv'
            ? csvOfPages({
                header: columns.map(([title]) => title),
                readPage,
                lines: (row) => rowsOf(row).map((line) => columns.map(([, cell]) => cell(line, ctx))),
              })
            : jsonLinesOfPages(readPage, (row) => z.encode(item, row));
        return sendFile(reply, { name: `${fileName}.${form}`, type, lines });
      },
    );
  }
}

/**
 * Sends a file as it is read: a slow client holds back the reading. The first page is read before the answer begins, so
 * that a refusal is an answer of its own and not a broken file.
 */
async function sendFile(
  reply: FastifyReply,
  { name, type, lines }: { name: string; type: string; lines: AsyncGenerator<string> },
): Promise<FastifyReply> {
  const first = await lines.next();
  async function* all() {
    if (first.done !== true) yield first.value;
    yield* lines;
  }
  return reply
    .type(`${type}; charset=utf-8`)
    .header('content-disposition', `attachment; filename="${name}"`)
    .send(Readable.from(all(), { highWaterMark: 1 }));
}
