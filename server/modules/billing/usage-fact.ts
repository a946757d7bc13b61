/** E-Commerce Law 31: records of transactions are kept at least three years. */
export const threeYears = { duration: 'P3Y', law: 'E-Commerce Law 31' } as const;

export const usageFact = {
  subject: 'userId',
  category: 'usage',
  source: 'auto',
  collectedFor: ['usage'],
  purposes: ['settlement', 'billing', 'rights'],
  keep: { max: 'P3Y', from: 'row.createdAt', min: threeYears },
  keyClass: 'billing',
  onErase: { retain: threeYears },
  export: 'yes',
  edit: { no: { zh: '由系统计量', en: 'measured by the system' } },
  log: 'never',
} as const;

/** What statistics may count, of those who agreed: never what was paid, nor by which key. */
export const countedFact = { ...usageFact, purposes: [...usageFact.purposes, 'improvement'] } as const;

/** What an account used in an hour: of a person's own account it tells when they worked and with what. */
export const hourFact = { ...usageFact, subject: 'tenantId' } as const;
