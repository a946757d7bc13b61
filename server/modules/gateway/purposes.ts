import { definePurposes } from '../../declare/purposes.ts';

export const purposes = definePurposes({
  inference: {
    basis: 'contract',
    cite: 'PIPL 13(1)[2]',
    essential: true,
    scope: 'platform',
    actsFor: ['stranger', 'person', 'apiKey', 'system'],
    duringRestriction: 'continues',
    text: { zh: '提供模型调用', en: 'To serve model calls' },
  },
});

declare module '../../declare/policy.ts' {
  interface BroughtPurposes extends Record<keyof typeof purposes, true> {}
}
