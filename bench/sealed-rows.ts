import { randomBytes } from 'node:crypto';
import { newId } from '../server/kernel/id.ts';
import { openRows, sealRows } from '../server/kernel/sealed-rows.ts';
import { accessLog } from '../server/modules/audit/schema.ts';
import { outbox } from '../server/modules/notifications/schema.ts';
import { type Installation, withInstallation } from './installation.ts';
import { medianCpuMs, medianMs, print, takeTurns, type Timing } from './measure.ts';

const rounds = 60;
const rowsPerBatch = 100;

type Owner = Installation['owner'];

/** What sealing costs a row on its way through PostgreSQL: the same rows into the same table, sealed and as they are. */
export async function bench(): Promise<void> {
  await withInstallation(async (installation) => {
    process.stdout.write(
      `${installation.version}, ${rowsPerBatch} rows per statement, medians of ${rounds} rounds in turns\n`,
    );
    await benchAccessLog(installation, 1);
    await benchAccessLog(installation, 50);
    await benchOutbox(installation, 50);
  }, 2);
}

async function benchAccessLog(installation: Installation, persons: number): Promise<void> {
  const { ctx, owner } = installation;
  const table = 'audit.access_log';
  const twin = await plainTwin(owner, table, ['ip', 'user_agent']);
  await compare(owner, `access log, two short sealed columns, ${persons} persons`, [table, twin], {
    writePlain: () => insert(owner, twin, lines(persons)),
    writeSealed: async () => insert(owner, table, await sealRows(ctx, accessLog, lines(persons))),
    readPlain: () => readNewest(owner, twin),
    readSealed: async () => openRows(ctx, accessLog, await readNewest(owner, table)),
  });
}

async function benchOutbox(installation: Installation, persons: number): Promise<void> {
  const { ctx, owner } = installation;
  const table = 'notifications.outbox';
  const twin = await plainTwin(owner, table, ['recipient', 'body']);
  await compare(owner, `outbox, an address and 600 characters, ${persons} persons`, [table, twin], {
    writePlain: () => insert(owner, twin, messages(persons)),
    writeSealed: async () => insert(owner, table, await sealRows(ctx, outbox, messages(persons))),
    readPlain: () => readNewest(owner, twin),
    readSealed: async () => openRows(ctx, outbox, await readNewest(owner, table)),
  });
}

type Contestant = 'writePlain' | 'writeSealed' | 'readPlain' | 'readSealed';

async function compare(
  owner: Owner,
  title: string,
  [sealedTable, plainTable]: readonly [string, string],
  contestants: Readonly<Record<Contestant, () => Promise<unknown>>>,
): Promise<void> {
  const timings = await takeTurns(contestants, rounds);
  process.stdout.write(`\n${title}\n`);
  for (const verb of ['write', 'read'] as const) {
    const [plain, sealed] = [timings[`${verb}Plain`], timings[`${verb}Sealed`]];
    const figures = (unit: string, medianOf: (of: readonly Timing[]) => number) => {
      const [plainMicros, sealedMicros] = [plain, sealed].map((of) => (medianOf(of) * 1000) / rowsPerBatch);
      return `${unit} ${comparison(plainMicros, sealedMicros, 'µs')}`;
    };
    print(`${verb}, per row`, figures('elapsed', medianMs), figures('our CPU', medianCpuMs));
  }
  const [sealedBytes, plainBytes] = await Promise.all(
    [sealedTable, plainTable].map((table) => bytesPerRow(owner, table)),
  );
  print('on the disk with indexes, per row', comparison(plainBytes, sealedBytes, 'bytes'));
}

function comparison(plain = Number.NaN, sealed = Number.NaN, unit: string): string {
  return `plain ${plain.toFixed(0)} ${unit}, sealed ${sealed.toFixed(0)} ${unit}, ratio ${(sealed / plain).toFixed(2)}`;
}

/** A new table of the same shape whose sealed columns take plain values; the table itself is emptied. */
async function plainTwin(owner: Owner, table: string, columns: readonly string[]): Promise<string> {
  const twin = `${table}_plain`;
  const name = table.split('.')[1] ?? table;
  await owner.$client.query(
    `truncate ${table}; drop table if exists ${twin}; create table ${twin} (like ${table} including all)`,
  );
  for (const column of columns) {
    await owner.$client.query(`alter table ${twin} drop constraint ${name}_${column}_sealed_check`);
  }
  return twin;
}

/** One way for both tables: the query builder knows declared ones only. */
async function insert(owner: Owner, table: string, rows: readonly object[]): Promise<void> {
  const names = Object.keys(rows[0] ?? {});
  const values = rows.flatMap((row) => Object.values(row) as unknown[]);
  const places = rows.map(
    (_, row) => `(${names.map((_name, column) => `$${row * names.length + column + 1}`).join(', ')})`,
  );
  const columns = names.map((name) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
  await owner.$client.query(
    `insert into ${table} (${columns.join(', ')}) values ${places.join(', ')}`,
    values,
  );
}

/** Rows as the query builder would give them, named as in TypeScript. */
async function readNewest(owner: Owner, table: string): Promise<Record<string, unknown>[]> {
  const { rows } = await owner.$client.query<Record<string, unknown>>(
    `select * from ${table} order by created_at desc limit ${rowsPerBatch}`,
  );
  return rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [
        name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
        value,
      ]),
    ),
  );
}

async function bytesPerRow(owner: Owner, table: string): Promise<number> {
  await owner.$client.query(`vacuum analyze ${table}`);
  const { rows } = await owner.$client.query<{ bytes: number }>(
    `select (pg_total_relation_size('${table}') / greatest(count(*), 1))::float8 as bytes from ${table}`,
  );
  return rows[0]?.bytes ?? Number.NaN;
}

function lines(persons: number) {
  return batch(persons, (userId) => ({
    id: newId('access'),
    tenantId: null,
    userId,
    ip: '203.0.113.84',
    userAgent:
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36',
    method: 'GET',
    route: '/api/wallet/balance',
    status: 200,
    durationMs: 12,
    requestId: newId('req'),
    createdAt: new Date(),
  }));
}

function messages(persons: number) {
  return batch(persons, (userId) => ({
    id: newId('msg'),
    tenantId: null,
    userId,
    channel: 'mail' as const,
    template: 'bench',
    recipient: 'somebody@example.com',
    subject: 'A message',
    body: randomBytes(300).toString('hex'),
    status: 'queued' as const,
    createdAt: new Date(),
  }));
}

function batch<Row>(persons: number, rowOf: (userId: string) => Row): Row[] {
  return Array.from({ length: rowsPerBatch }, (_, index) => rowOf(`user_${index % persons}`));
}
