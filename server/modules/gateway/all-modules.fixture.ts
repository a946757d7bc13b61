import type { ModuleFixture } from '../../testing/module-fixture.ts';

export const fixture = {
  notLived: ['gateway.account_limits'],
  addresses: { model: 'public', upstreamId: 'public' },
} as const satisfies ModuleFixture;
