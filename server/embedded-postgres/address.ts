import { createHash } from 'node:crypto';
import { lstat, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makePrivateDirectory, type RunAs } from './run-as.ts';
import { PostgresStartError } from './postgres-start-error.ts';

/** The kernel's limit for a socket's path is 107 bytes; the socket's own name takes up to 21 of them. */
const MAX_SOCKET_DIR_BYTES = 107 - '/.s.PGSQL.65535.lock'.length;

/** A private folder for the server's socket: beside the data, or in a short place if that path is too long. */
export async function prepareSocketDir(dataDir: string, runAs: RunAs): Promise<string> {
  const socketDir = isUsableSocketDir(join(dataDir, 'run')) ? join(dataDir, 'run') : shortSocketDir(dataDir);
  await makePrivateDirectory(runAs, socketDir);
  const { uid, mode } = await lstat(socketDir);
  // In a shared folder another user could have made it first, to read what we write to the socket.
  if (uid !== (runAs.owner?.uid ?? process.getuid?.()) || (mode & 0o170077) !== 0o040000) {
    throw new PostgresStartError(`${socketDir} must be a folder that only PostgreSQL's account can enter`);
  }
  return socketDir;
}

/** Files of a server that was killed name a pid that may be another process's by now; they must not stop a new start. */
export async function removeStaleSockets(socketDir: string): Promise<void> {
  const stale = (await readdir(socketDir)).filter((name) => name.startsWith('.s.PGSQL.'));
  for (const name of stale) await rm(join(socketDir, name), { force: true });
}

/** The given port, else the one used last time if it is free, else any free one. */
export async function choosePort(dataDir: string, wanted?: number): Promise<number> {
  if (wanted !== undefined) {
    if (await isFree(wanted)) return wanted;
    throw new PostgresStartError(`Port ${wanted} for PostgreSQL is used by another program`);
  }
  const last = Number(await readFile(portFile(dataDir), 'utf8').catch(() => '0'));
  return last > 0 && (await isFree(last)) ? last : listenOnce(0);
}

export async function rememberPort(dataDir: string, port: number): Promise<void> {
  await writeFile(portFile(dataDir), `${port}\n`, { mode: 0o600 });
}

function portFile(dataDir: string): string {
  return join(dataDir, 'postgres.port');
}

function shortSocketDir(dataDir: string): string {
  const name = `candor-${createHash('sha256').update(dataDir).digest('hex').slice(0, 16)}`;
  const short = [tmpdir(), '/tmp'].map((folder) => join(folder, name)).find(isUsableSocketDir);
  if (short === undefined)
    throw new PostgresStartError(`No folder with a short path for the database's socket`);
  return short;
}

/** The setting is a list with quotes and commas, so a path with unusual characters is not worth the risk. */
function isUsableSocketDir(path: string): boolean {
  return Buffer.byteLength(path) <= MAX_SOCKET_DIR_BYTES && /^[\w./ -]+$/.test(path);
}

function isFree(port: number): Promise<boolean> {
  return listenOnce(port).then(
    () => true,
    () => false,
  );
}

function listenOnce(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : port));
    });
  });
}
