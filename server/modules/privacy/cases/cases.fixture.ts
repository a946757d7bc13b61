import { randomBytes } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { Clock } from '../../../kernel/clock.ts';
import type { Ctx } from '../../../kernel/context.ts';
import { runJobNow } from '../../../kernel/jobs.ts';
import { anAddress, type Mailboxes, type Person, readCode } from '../../../testing/factories.ts';
import { contextWith, type Database } from '../../../testing/test.ts';

export interface CaseAnswer {
  readonly id: string;
  readonly state: string;
  readonly dueOn: string;
  readonly isProvisional: boolean;
  readonly isOverdue: boolean;
  readonly workingDaysLeft: number | null;
  readonly receivedAt: string;
  readonly waitingFor: string | null;
  readonly mergedInto: string | null;
  readonly clocks: {
    decidedBy: string;
    receipt: { dueOn: string };
    verification: { dueOn: string; isPaused: boolean } | null;
  };
  readonly refusal: { code: string; law: string } | null;
  readonly timeline: { kind: string; by: string; text: string | null; letterKind: string | null }[];
}

export function anEmail(): string {
  return `stranger-${randomBytes(6).toString('hex')}@example.org`;
}

/** The queue's worker, and the clock's jobs. */
export function asWorker(database: Database, clock: Clock): Ctx {
  return contextWith(database, clock, { kind: 'system', name: 'worker' }, null);
}

/** The context of a person's own verbs, for times when no session of theirs would still be open. */
export function asPerson(database: Database, clock: Clock, { user, tenant }: Person): Ctx {
  const actor = {
    kind: 'user',
    userId: user.id,
    sessionId: 'sess_of_a_test',
    role: 'owner',
    isOperator: user.isOperator,
  } as const;
  return contextWith(database, clock, actor, tenant.id);
}

/** A visitor of the open page, always from the same address of their own. */
export function aStranger(app: FastifyInstance, remoteAddress: string = anAddress()) {
  return (path: string, payload: object) =>
    app.inject({ method: 'POST', url: `/api/privacy/requests${path}`, payload, remoteAddress });
}

export type Stranger = ReturnType<typeof aStranger>;

/** A request filed at the open page, with its code sent. */
export async function aRequest(
  { app, database, clock }: { app: FastifyInstance; database: Database; clock: Clock },
  wishes: object = {},
  ask: Stranger = aStranger(app),
): Promise<{ reference: string; email: string; ask: Stranger }> {
  const email = anEmail();
  const body = {
    type: 'access',
    description: 'What do you hold about me?',
    language: 'en',
    email,
    ...wishes,
  };
  const answer = await ask('', body);
  if (answer.statusCode !== 202) throw new Error(`filing answered ${answer.statusCode}: ${answer.body}`);
  const { reference } = answer.json<{ reference: string }>();
  await runJobNow(asWorker(database, clock), 'privacy.send-contact-code', { caseId: reference });
  return { reference, email: body.email, ask };
}

/** Enters the newest code of a request. */
export async function enter(
  database: Mailboxes,
  { reference, email, ask }: { reference: string; email: string; ask: Stranger },
): Promise<{ accessKey: string; case: CaseAnswer }> {
  const answer = await ask('/enter', { reference, code: await readCode(database, email) });
  if (answer.statusCode !== 200) throw new Error(`entering answered ${answer.statusCode}: ${answer.body}`);
  return answer.json();
}
