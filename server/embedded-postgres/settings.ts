/** Settings that keep data safe and personal values out of the server's log; a caller may override the rest. */
const defaults: Record<string, string> = {
  cluster_name: 'candor',
  listen_addresses: '127.0.0.1',
  unix_socket_permissions: '0700',
  password_encryption: 'scram-sha-256',
  timezone: 'UTC',
  max_connections: '200',
  shared_buffers: '128MB',
  wal_level: 'replica',
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  logging_collector: 'off',
  log_destination: 'stderr',
  log_timezone: 'UTC',
};

/**
 * The server's log must never hold a personal value. Errors of a statement quote values in their very first
 * line ("invalid input syntax for type date: …"), so they are not logged here at all: the client gets them.
 */
const discretion: Record<string, string> = {
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_statement: 'none',
  log_min_duration_statement: '-1',
  log_min_duration_sample: '-1',
  log_transaction_sample_rate: '0',
  log_parameter_max_length: '0',
  log_parameter_max_length_on_error: '0',
};

/** The arguments of `postgres` for one start. */
export function postgresArguments(input: {
  clusterDir: string;
  port: number;
  socketDir: string;
  settings: Readonly<Record<string, string>>;
}): string[] {
  const settings: Record<string, string> = {
    ...defaults,
    ...input.settings,
    ...discretion,
    port: String(input.port),
    unix_socket_directories: `"${input.socketDir}"`,
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return ['-D', input.clusterDir, ...options];
}
