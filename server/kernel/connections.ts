import pg from 'pg';
import type { Log } from './log.ts';

const { INT8 } = pg.types.builtins;
type TypeParser = typeof pg.types.getTypeParser;

/** How a query says it wants its values: the driver's own parsers unless it brings some. */
interface TypedQuery {
  readonly types: pg.CustomTypesConfig;
}

/**
 * A connection that answers int8 with a bigint, because a JS number would lose the last digits of money silently.
 * Only this connection: the driver's process-wide setting would reach libraries that cannot write a bigint as JSON.
 */
class ExactClient extends pg.Client {
  sent = 0;

  constructor(config?: string | pg.ClientConfig) {
    super(config);
    this.setTypeParser(INT8, BigInt);
    const send: (...args: unknown[]) => unknown = this.query.bind(this);
    // Drizzle brings parsers of its own with each query, which fall back on the driver's process-wide ones.
    Object.assign(this, {
      query: (query: unknown, ...rest: unknown[]) => {
        this.sent += 1;
        return send(isTyped(query) ? exact(query) : query, ...rest);
      },
    });
  }
}

function isTyped(query: unknown): query is TypedQuery {
  return typeof query === 'object' && query !== null && 'types' in query && !('submit' in query);
}

function exact(query: TypedQuery): TypedQuery {
  const getTypeParser = (...[id, format]: Parameters<TypeParser>): ReturnType<TypeParser> =>
    id === INT8 ? BigInt : query.types.getTypeParser(id, format);
  return { ...query, types: { getTypeParser } };
}

/** How many statements a connection has been given so far. */
export function statementsSent(client: unknown): number {
  if (!(client instanceof ExactClient)) throw new Error('only a connection of ours counts its statements');
  return client.sent;
}

/** One connection outside any pool. */
export function openClient(url: string, applicationName: string): pg.Client {
  return new ExactClient({ connectionString: url, application_name: applicationName });
}

/**
 * A pool whose connections answer int8 with a bigint, and may be lost at any moment without ending the process. What is
 * sent before an earlier statement is answered goes out at once, see `together`.
 */
export function openPool(url: string, log: Log, config: pg.PoolConfig): pg.Pool {
  return surviving(
    new pg.Pool({ connectionString: url, Client: ExactClient, pipeline: true, ...config }),
    log,
  );
}

/** Without these listeners a connection that the server closes, idle or between two statements, ends the process. */
export function surviving(pool: pg.Pool, log: Log): pg.Pool {
  const name = pool.options.application_name;
  pool.on('error', (error) => log.warn({ err: error, pool: name }, 'idle database connection lost'));
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}
