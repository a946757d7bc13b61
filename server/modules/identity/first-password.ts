import type { Config } from '../../config/config.ts';
import { asSystem, type Ctx } from '../../kernel/context.ts';
import { removeSecret } from '../../kernel/secrets.ts';
import { isFirstPasswordInUse } from './create-first-operator.ts';

/** Name of the file that keeps the generated password until it was changed. */
export const firstPasswordFile = 'operator-password';

/** Also runs at every start, because a process may die between the change and this. */
export async function removeFirstPassword(ctx: Ctx, config: Pick<Config, 'dataDir'>): Promise<void> {
  if (await isFirstPasswordInUse(asSystem(ctx, 'first-password'))) return;
  await removeSecret(config.dataDir, firstPasswordFile);
}
