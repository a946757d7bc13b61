import type { Ctx } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { authorize } from '../../declare/permissions.ts';
import { requireChannel } from '../notifications/index.ts';
import { addressOf, type Attempt, forgetAttempts, returnAttempt, takeAttempt } from './attempts.ts';
import { codeTriesOf, consumeCode } from './codes.ts';
import type { Contact } from './contacts.ts';
import { createAccount, inventUsername, type NewAccount, translateTaken } from './create-account.ts';
import { limits } from './limits.ts';
import { hashPassword, requireGoodPassword } from './password.ts';
import { policyOutdated, wrongCode } from './problems.ts';
import { type OpenedSession, openSession } from './sessions.ts';

/** The policy text in force, as the module that publishes it says. */
export interface Policy {
  readonly version: string;
  readonly hash: string;
  readonly effectiveAt: Date;
}

interface Common {
  readonly policyVersion: string;
  readonly language: 'zh-CN' | 'en';
}

export type Register =
  | (Common & {
      readonly method: 'password';
      readonly username: string;
      readonly email: string;
      readonly password: string;
    })
  | (Common & {
      readonly method: 'phone';
      readonly phone: string;
      readonly code: string;
      readonly username?: string | undefined;
      readonly password?: string | undefined;
    });

/** Opens an account for a person who has accepted the policy in force, and logs them in. */
export async function register(ctx: Ctx, input: Register, policy: Policy): Promise<OpenedSession> {
  authorize(ctx, 'identity:register');
  if (input.method === 'phone') requireChannel(ctx, 'sms');
  if (input.policyVersion !== policy.version) throw policyOutdated({ currentVersion: policy.version });
  if (input.password !== undefined) {
    requireGoodPassword(input.password, 'password', [
      input.username,
      input.method === 'password' ? input.email : undefined,
    ]);
  }
  const refusals: Attempt[] = [[limits.refusedRegistrations, addressOf(ctx)]];
  await takeAttempt(ctx, [...refusals, [limits.registrationsFromAddress, addressOf(ctx)]]);
  const contact: Contact | null = input.method === 'phone' ? { channel: 'sms', address: input.phone } : null;
  const tries: Attempt[] = contact === null ? [] : [codeTriesOf(ctx, contact, 'register')];
  await takeAttempt(ctx, tries);
  const account = await newAccount(ctx, input, policy);
  try {
    const opened = await inTransaction(ctx, 'signin', async (ctx) => {
      if (contact !== null && input.method === 'phone') {
        if ((await consumeCode(ctx, contact, 'register', input.code)) === null) return null;
      }
      const person = await createAccount(ctx, account);
      await returnAttempt(ctx, refusals);
      await forgetAttempts(ctx, tries);
      return openSession(ctx, person);
    });
    if (opened === null) throw wrongCode({ issues: [{ path: 'body.code', message: wrongCode.title }] });
    return opened;
  } catch (error) {
    throw translateTaken(error);
  }
}

async function newAccount(ctx: Ctx, input: Register, acceptedPolicy: Policy): Promise<NewAccount> {
  return {
    kind: 'personal',
    username: input.username ?? inventUsername(),
    email: input.method === 'password' ? input.email : null,
    phone: input.method === 'phone' ? input.phone : null,
    passwordHash: input.password === undefined ? null : await hashPassword(ctx, input.password),
    language: input.language,
    acceptedPolicy,
  };
}
