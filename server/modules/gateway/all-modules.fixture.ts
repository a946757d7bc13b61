import type { ModuleFixture } from '../../testing/module-fixture.ts';

export const fixture = {
  addresses: { model: 'public', upstreamId: 'public' },
} as const satisfies ModuleFixture;
