import type { Ctx } from '../../kernel/context.ts';
import { findErased } from '../../kernel/erasure-fence.ts';
import { findUsableKeys } from '../identity/index.ts';

/** Who is answered, on which key. */
interface Answered {
  readonly userId: string;
  readonly apiKeyId: string;
}

interface Gone {
  readonly isErased: (one: Answered) => boolean;
  /** Erased, or the key was deleted or disabled. */
  readonly isGone: (one: Answered) => boolean;
}

/** Which of those who are answered may not be answered any more. */
export async function findGone(ctx: Ctx, answered: readonly Answered[]): Promise<Gone> {
  const [usable, erased] = await Promise.all([
    findUsableKeys(ctx, [...new Set(answered.map(({ apiKeyId }) => apiKeyId))]),
    findErased(ctx, new Set(answered.map(({ userId }) => userId))),
  ]);
  return {
    isErased: ({ userId }) => erased.has(userId),
    isGone: ({ userId, apiKeyId }) => erased.has(userId) || !usable.has(apiKeyId),
  };
}
