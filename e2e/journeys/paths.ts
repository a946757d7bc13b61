/** Every page of the console, by who may see it. */
export const signedOutPaths = [
  '/login',
  '/register',
  '/recover',
  '/privacy/policy',
  '/privacy/collection-list',
];

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
    '/settings',
  ];
}

export const operatorPaths = ['outbox', 'tenants', 'bank-transfers', 'prices', 'upstreams'].map(
  (page) => `/operator/${page}`,
);
