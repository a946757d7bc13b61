import type { FastifyInstance } from 'fastify';
import { expect } from 'vitest';
import type { Ctx } from '../../../kernel/context.ts';
import { runJobNow } from '../../../kernel/jobs.ts';
import type { Person } from '../../../testing/factories.ts';
import type { Database } from '../../../testing/test.ts';

export interface Copy {
  id: string;
  status: string;
  rowsDone: number;
  rowsTotal: number | null;
  sizeBytes: number | null;
  downloadUrl: string | null;
}

export const asSystem = (ctx: Ctx): Ctx => ({ ...ctx, actor: { kind: 'system', name: 'test' } });
export const write = (ctx: Ctx, { id }: Copy) =>
  runJobNow(asSystem(ctx), 'privacy.write-export', { exportId: id });
export const sweep = (ctx: Ctx) => runJobNow(asSystem(ctx), 'privacy.sweep-exports', {});

export async function ask(person: Person): Promise<Copy> {
  const proof = { password: person.password };
  const answer = await person.call('POST', '/api/privacy/exports', { language: 'en', proof });
  expect(answer.statusCode, answer.body).toBe(202);
  return answer.json<Copy>();
}

export async function look(person: Person, { id }: Copy): Promise<Copy> {
  return (await person.call('GET', `/api/privacy/exports/${id}`)).json<Copy>();
}

export function download(app: FastifyInstance, person: Person, { id }: Copy) {
  return app.inject({ url: `/api/privacy/exports/${id}/file`, headers: person.headers });
}

export async function chunksOf(database: Database, { id }: Copy): Promise<number> {
  const { rows } = await database.admin.query<{ count: string }>(
    'select count(*)::text as count from privacy.export_chunks where export_id = $1',
    [id],
  );
  return Number(rows[0]?.count);
}

export async function waitingJobs(database: Database, { id }: Copy): Promise<number> {
  const { rows } = await database.admin.query<{ count: string }>(
    'select count(*)::text as count from graphile_worker._private_jobs where payload->>$2 = $1',
    [id, 'exportId'],
  );
  return Number(rows[0]?.count);
}
