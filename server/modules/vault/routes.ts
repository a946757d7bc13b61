import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { ModuleDeps } from '../../declare/define-module.ts';
import { instantSchema, typed } from '../../kernel/http.ts';
import { readEpoch, rotateNow } from './rotate-vault.ts';

const epochSchema = z
  .object({
    driver: z.enum(['local', 'transit']),
    current: z.int(),
    startedAt: instantSchema,
    rotatesAt: instantSchema.meta({ description: 'from then on the daily job rotates' }),
    draining: z.array(z.int()).meta({ description: 'older epochs of a rotation that was interrupted' }),
  })
  .meta({ id: 'VaultEpoch' });

const tags = ['vault', 'operator'];

/** For operators: how old the keys are that wrap the keys of persons. No key and no name of a person is ever shown. */
export function vaultRoutes(app: FastifyInstance, { config }: ModuleDeps): void {
  const { driver } = config.vault;
  const routes = typed(app);
  routes.get(
    '/api/vault/epoch',
    {
      schema: {
        operationId: 'readVaultEpoch',
        tags,
        summary: 'The epoch of the keys that wrap the keys of persons',
        response: { 200: epochSchema },
      },
    },
    async ({ ctx }) => ({ driver, ...(await readEpoch(ctx)) }),
  );
  routes.post(
    '/api/vault/rotations',
    {
      schema: {
        operationId: 'rotateVault',
        tags,
        summary: 'Wrap all keys anew and destroy the older epochs now, so that strayed copies of keys die',
        response: { 200: epochSchema },
      },
    },
    async ({ ctx }) => ({ driver, ...(await rotateNow(ctx)) }),
  );
}
