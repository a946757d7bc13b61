/** The only door of the privacy engine: declarations in, database rules and documents out. */
export { createPrivacy } from './declare.ts';
export type {
  Access,
  Basis,
  Category,
  CollectionMethod,
  Datum,
  EraseRule,
  KeyClass,
  LawfulFloor,
  LocalisedText,
  PurposeDefinition,
  RecipientDefinition,
  RowVerb,
  Source,
  TableRule,
} from './declaration-types.ts';
export { DeclarationError } from './declaration-error.ts';
export { definePurposes, defineRecipients } from './define-policy.ts';
export {
  buildRegistry,
  type ColumnEntry,
  type DeclaredTables,
  type ExternalSchema,
  type Registry,
  type TableEntry,
} from './registry.ts';
export { compileSql, purposeRole, type CompileOptions } from './compile-sql.ts';
export { findDrift, type Drift, type SqlQuery } from './find-drift.ts';
export { basisText, collectionList, methodText, type CollectionGroup, type CollectionRow } from './collection-list.ts';
export { describeAfterExpiry, describeRetention, type Language } from './describe-retention.ts';
