/** The failures of every room of this module. */
export * from './cases/problems.ts';
export * from './consent/problems.ts';
export * from './correction/problems.ts';
export * from './erasure/problems.ts';
export * from './export/problems.ts';
export * from './policy/problems.ts';
export * from './restriction/problems.ts';
