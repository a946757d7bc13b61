import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { afterAll, afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { processStartTime } from '../../scripts/lib/process-identity.mjs';
import { trimLog } from './log-file.ts';
import { startEmbeddedPostgres, type EmbeddedPostgres } from './start-postgres.ts';

const silent = { info: () => {}, warn: () => {} };
const settings = { fsync: 'off' };
const fixture = fileURLToPath(new URL('hold-postgres.fixture.ts', import.meta.url));
const projectRoot = fileURLToPath(new URL('../..', import.meta.url));

const root = await mkdtemp(join(tmpdir(), 'candor postgres '));
await chmod(root, 0o700);
afterAll(() => rm(root, { recursive: true, force: true }));

const running = new Set<EmbeddedPostgres>();
/** Every test leaves its server stopped, so those that need no empty folder share one. */
let dataDir: string;
beforeEach(() => {
  dataDir = join(root, 'shared');
});
afterEach(async () => {
  for (const server of running) await server.stop();
  running.clear();
});

async function start(overrides: Partial<Parameters<typeof startEmbeddedPostgres>[0]> = {}) {
  const server = await startEmbeddedPostgres({
    dataDir,
    log: silent,
    settings,
    lockTimeoutMs: 0,
    ...overrides,
  });
  running.add(server);
  return server;
}

async function query(url: string, statement: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows;
  } finally {
    await client.end().catch(() => {});
  }
}

/** Another process that starts a server; resolves when it runs. */
async function startElsewhere(
  ...args: string[]
): Promise<{ parent: ChildProcess; pid: number; port: number }> {
  const parent = spawn(process.execPath, ['--import', 'tsx', fixture, dataDir, ...args], {
    cwd: projectRoot,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  return { parent, ...(JSON.parse(line.toString()) as { pid: number; port: number }) };
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

test('a server starts in a root-only folder with spaces in a path too long for a socket', async () => {
  dataDir = join(root, 'a long name '.repeat(8), 'data');
  const server = await start();
  const [row] = await query(
    server.adminUrl,
    `select current_setting('data_checksums') as checksums, current_setting('server_encoding') as encoding,
       current_setting('listen_addresses') as addresses, datlocprovider as provider, datlocale as locale
     from pg_database where datname = current_database()`,
  );
  expect(row).toEqual({
    checksums: 'on',
    encoding: 'UTF8',
    addresses: '127.0.0.1',
    provider: 'b',
    locale: 'C.UTF-8',
  });
  const { password } = new URL(server.adminUrl);
  const overSocket = new Client({
    host: server.socketDir,
    port: server.port,
    user: 'postgres',
    password,
    database: 'postgres',
  });
  await overSocket.connect();
  await overSocket.end();
});

test('no client connects without the password, and no other user can read it', async () => {
  const server = await start();
  const url = new URL(server.adminUrl);
  const { password } = url;
  url.password = 'wrong';
  await expect(query(url.href, 'select 1')).rejects.toThrow('password authentication failed');
  expect((await stat(server.socketDir)).mode & 0o777).toBe(0o700);
  for (const name of await readdir(dataDir)) {
    expect((await stat(join(dataDir, name))).mode & 0o077, name).toBe(0);
  }
  const { stdout } = await promisify(execFile)('grep', ['-rlF', password, dataDir]);
  expect(stdout.trim()).toBe(join(dataDir, 'postgres.secret'));
});

test('a stopped server starts again on the same port with the same data', async () => {
  const first = await start();
  await query(first.adminUrl, 'create table kept (id int)');
  await first.stop();
  expect(processStartTime(first.pid)).toBeUndefined();
  const second = await start();
  expect(second).toMatchObject({ port: first.port, adminUrl: first.adminUrl, adopted: false });
  expect(await query(second.adminUrl, 'select * from kept')).toEqual([]);
});

test('a second start on the same folder fails and names it', async () => {
  await start();
  await expect(start()).rejects.toThrow(`The database in ${dataDir} is in use by process ${process.pid}`);
});

test('a server whose parent was killed is adopted with everything committed', async () => {
  const { parent, pid, port } = await startElsewhere();
  await expect(start()).rejects.toThrow(`in use by process ${parent.pid}`);
  const secret = (await readFile(join(dataDir, 'postgres.secret'), 'utf8')).trim();
  await query(`postgres://postgres:${secret}@127.0.0.1:${port}/postgres`, 'create table adopted (id int)');
  await kill(parent);
  const server = await start();
  expect(server).toMatchObject({ pid, port, adopted: true });
  expect(await query(server.adminUrl, 'select * from adopted')).toEqual([]);
  await server.stop();
  expect(processStartTime(pid)).toBeUndefined();
});

test('a server left over with other settings is stopped and started anew', async () => {
  const { parent, pid } = await startElsewhere();
  await kill(parent);
  const server = await start({ settings: { ...settings, max_connections: '50' } });
  expect(server.adopted).toBe(false);
  expect(processStartTime(pid)).toBeUndefined();
  expect(await query(server.adminUrl, 'show max_connections')).toEqual([{ max_connections: '50' }]);
});

test('a server that must stop with its parent does so when the parent is killed', async () => {
  const { parent, pid } = await startElsewhere('stopsWithParent');
  await kill(parent);
  await vi.waitUntil(() => processStartTime(pid) === undefined, { timeout: 5_000 });
});

test('a stale pid file neither stops a start nor harms the process that now has the pid', async () => {
  const first = await start();
  await first.stop();
  const stranger = spawn('sleep', ['60']);
  onTestFinished(() => kill(stranger));
  const pidFile = `${stranger.pid}\n${dataDir}/cluster\n1\n${first.port}\n${first.socketDir}\n127.0.0.1\n1 1\nready\n`;
  await writeFile(join(dataDir, 'cluster', 'postmaster.pid'), pidFile);
  await mkdir(first.socketDir, { recursive: true });
  await writeFile(join(first.socketDir, `.s.PGSQL.${first.port}.lock`), pidFile);
  expect((await start()).adopted).toBe(false);
  expect(stranger.exitCode ?? stranger.signalCode).toBeNull();
});

test('a port taken by another program is given up for a free one', async () => {
  const first = await start();
  const other = join(root, 'other');
  await mkdir(other);
  await writeFile(join(other, 'postgres.port'), String(first.port));
  const second = await start({ dataDir: other });
  expect(second.port).not.toBe(first.port);
});

test('a first start killed in the middle of creating the cluster is made good', async () => {
  dataDir = join(root, 'interrupted');
  const parent = spawn(process.execPath, ['--import', 'tsx', fixture, dataDir], { cwd: projectRoot });
  const draft = async () =>
    (await readdir(dataDir).catch((): string[] => [])).find((name) => name.startsWith('cluster.tmp-'));
  await vi.waitUntil(draft, { timeout: 10_000, interval: 5 });
  await kill(parent);
  expect(await readdir(dataDir)).not.toContain('cluster');
  const server = await start();
  expect(await query(server.adminUrl, 'select 1 as one')).toEqual([{ one: 1 }]);
  expect(await draft()).toBeUndefined();
});

test('values never reach the log, not by a failed statement and not by a crash', async () => {
  const server = await start();
  const marker = 'marker-13800138000';
  await expect(query(server.adminUrl, `select '${marker}'::int`)).rejects.toThrow(marker);
  await query(server.adminUrl, 'create table persons (phone text primary key)');
  const insert = `insert into persons values ('${marker}')`;
  await query(server.adminUrl, insert);
  await expect(query(server.adminUrl, insert)).rejects.toThrow('duplicate key');

  const victim = query(server.adminUrl, `select pg_sleep(60), '${marker}'`).catch(String);
  const find = `select pid from pg_stat_activity where query like '%pg_sleep%' and pid <> pg_backend_pid()`;
  const pid = await vi.waitUntil(async () => (await query(server.adminUrl, find))[0]?.['pid'], {
    timeout: 5_000,
  });
  process.kill(Number(pid), 'SIGKILL');
  expect(await victim).toMatch(/terminat/);

  await vi.waitUntil(() => query(server.adminUrl, 'select 1').catch(() => false), { timeout: 10_000 });
  const log = await readFile(join(dataDir, 'postgres.log'), 'utf8');
  expect(log).toContain('terminated by signal 9');
  expect(log).not.toContain('13800138000');
});

test('a server that ends unexpectedly is reported', async () => {
  const onUnexpectedExit = vi.fn<() => void>();
  const server = await start({ onUnexpectedExit });
  process.kill(server.pid, 'SIGQUIT');
  await vi.waitUntil(() => onUnexpectedExit.mock.calls.length === 1, { timeout: 5_000 });
  await server.stop();
  expect((await start()).adopted).toBe(false);
});

test('the log is cut when it grows too long, and one older part is kept', async () => {
  const server = await start();
  const before = await readFile(join(dataDir, 'postgres.log'), 'utf8');
  await trimLog(dataDir, 10);
  expect(await readFile(join(dataDir, 'postgres.log.1'), 'utf8')).toBe(before);
  await server.stop();
  const after = await readFile(join(dataDir, 'postgres.log'), 'utf8');
  expect(after).toContain('received fast shutdown request');
  expect(after).not.toContain('\0');
});
