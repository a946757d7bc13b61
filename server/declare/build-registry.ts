import { type BroughtParts, buildRegistry, type ExternalSchema, type Registry } from '@candor/privacy-engine';
import type { PgTable } from 'drizzle-orm/pg-core';
import { queueRole } from '../kernel/jobs.ts';
import { privacy } from './policy.ts';

/** The job queue is a place where personal data could rest, so its columns are declared like ours. */
const jobQueue: ExternalSchema = {
  schema: 'graphile_worker',
  why: 'job queue: payloads hold identifiers only, finished jobs are deleted',
  roles: { [queueRole]: ['select', 'insert', 'update', 'delete'] },
  tables: {
    _private_job_queues: ['id', 'queue_name', 'locked_at', 'locked_by', 'is_available'],
    _private_jobs: [
      'id',
      'job_queue_id',
      'task_id',
      'payload',
      'priority',
      'run_at',
      'attempts',
      'max_attempts',
      'last_error',
      'created_at',
      'updated_at',
      'key',
      'locked_at',
      'locked_by',
      'revision',
      'flags',
      'is_available',
    ],
    _private_known_crontabs: ['identifier', 'known_since', 'last_execution'],
    _private_tasks: ['id', 'identifier'],
    jobs: [
      'id',
      'queue_name',
      'task_identifier',
      'priority',
      'run_at',
      'attempts',
      'max_attempts',
      'last_error',
      'created_at',
      'updated_at',
      'key',
      'locked_at',
      'locked_by',
      'revision',
      'flags',
    ],
    migrations: ['id', 'ts', 'breaking'],
  },
};

const migrationHistory: ExternalSchema = {
  schema: 'drizzle',
  why: 'which migrations have run',
  tables: { __drizzle_migrations: ['id', 'hash', 'created_at', 'tag', 'needs'] },
};

const ruleSets: ExternalSchema = {
  schema: 'privacy_engine',
  why: 'which rules of which release are in force; no purpose may read it',
  holdsOwnWords: true,
  tables: {
    rule_sets: [
      'name',
      'release',
      'roles',
      'view',
      'columns',
      'personal',
      'grants',
      'state',
      'absent_since',
      'added_at',
    ],
  },
};

/** Every declaration of these tables, checked and hashed. */
export function buildProductRegistry(tables: readonly PgTable[], brought: BroughtParts): Registry {
  return buildRegistry(privacy, [jobQueue, migrationHistory, ruleSets], tables, brought);
}
