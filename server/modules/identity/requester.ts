import { type Ctx, userOf } from '../../kernel/context.ts';
import { addressOf } from './attempts.ts';
import type { CodeUse } from './codes.ts';

/**
 * The requester of a code, as two keyed hashes: the browser and the address it came from. A code counts only for its
 * requester, so that a stranger's tries are tries at a stranger's code.
 */
export interface Requester {
  readonly deviceHash: string;
  readonly addressHash: string;
}

export function requesterOf(ctx: Ctx, use: CodeUse): Requester {
  // A code about oneself is used in any session of the person.
  if (isAboutSelf(use)) {
    const hash = hashOf(ctx, `user ${userOf(ctx)}`);
    return { deviceHash: hash, addressHash: hash };
  }
  const address = addressOf(ctx);
  const deviceId = ctx.client?.device?.id;
  return {
    deviceHash: hashOf(ctx, deviceId === undefined ? `address ${address}` : `device ${deviceId}`),
    addressHash: hashOf(ctx, `address ${address}`),
  };
}

/** Codes that only a logged-in person asks for, and that count for no other person. */
export function isAboutSelf(use: CodeUse): boolean {
  return use === 'bind' || use === 'confirm';
}

function hashOf(ctx: Ctx, requester: string): string {
  return ctx.keyedHash('sign-in-code/requester', requester);
}
