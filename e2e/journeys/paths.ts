/** Every page of the console, by who may see it. */
export const signedOutPaths = [
  '/login',
  '/register',
  '/recover',
  '/undo',
  '/privacy/policy',
  '/privacy/policies',
  '/privacy/collection-list',
  '/privacy/request',
  '/privacy/erasure',
  '/verify',
];

const ownPrivacyPaths = [
  'choices',
  'export',
  'correct',
  'restrict',
  'erase',
  'looked',
  'requests',
  'requests?new=complaint',
  'proofs',
].map((page) => `/privacy/${page}`);

export function customerPaths(modelId: string): string[] {
  return [
    '/',
    '/wallet',
    '/keys',
    '/models',
    `/models/${modelId}`,
    '/playground',
    '/usage',
    '/bills',
    '/privacy',
    ...ownPrivacyPaths,
    '/settings',
  ];
}

export const operatorPaths = [
  'outbox',
  'tenants',
  'bank-transfers',
  'prices',
  'upstreams',
  'requests',
  'retention',
  'erasures',
  'audit-log',
  'keys',
  'news',
  'installation',
].map((page) => `/operator/${page}`);
