/** The only door of the privacy engine: declarations in, database rules and documents out. */
export {
  createPrivacy,
  type DeclaredTable,
  indexText,
  type PolicyVocabulary,
  sealedJson,
  sealedText,
} from './declare.ts';
export type {
  Access,
  Basis,
  Category,
  CollectionMethod,
  ConsentBasis,
  ConsentText,
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
export { citeLaw, isCitation, type Laws } from './cite-law.ts';
export { DeclarationError } from './declaration-error.ts';
export { definePurposes, defineRecipients } from './define-policy.ts';
export { closedAnchor } from './erasure/anchors.ts';
export { countStayingRows } from './erasure/count-staying-rows.ts';
export { ErasureError, type ErasureErrorCode } from './erasure/erasure-error.ts';
export type { ErasureLedger, KeptCertificate, LedgerLine } from './erasure/erasure-ledger.ts';
export {
  anonymisedColumns,
  erasedColumns,
  type ErasurePlan,
  hashPlan,
  hashPromise,
  type PlannedColumn,
  type PlannedKey,
  type PlannedTable,
} from './erasure/erasure-plan.ts';
export { executeErasure } from './erasure/execute-erasure.ts';
export {
  findRemainingRows,
  findResidue,
  findResidueInStatistics,
  type Residue,
  type ResidueOwner,
} from './erasure/find-residue.ts';
export { gatherIdentifiers } from './erasure/gather-identifiers.ts';
export { planErasure, type PlanInput } from './erasure/plan-erasure.ts';
export { findsResidue, type Identifier } from './erasure/residue-patterns.ts';
export { listPlaces, type Place } from './erasure/residue-places.ts';
export {
  inDeletionOrder,
  retentionContradictions,
  type RetentionRule,
  retentionRules,
} from './erasure/retention-rules.ts';
export {
  emptyCheckSql,
  findOverdue,
  type Overdue,
  sweepBatch,
  type SweepInput,
} from './erasure/sweep-retention.ts';
export { valueTypes } from './row-facts.ts';
export {
  type BroughtParts,
  buildRegistry,
  type ColumnEntry,
  type DeclaredTables,
  describeTable,
  type ExternalSchema,
  type Registry,
  sealedTableOf,
  type TableEntry,
  type ValueType,
} from './registry.ts';
export {
  type ConsentNotice,
  consentNotice,
  consentPurposes,
  consentScopeHash,
  type NoticeSection,
} from './consent/consent-notice.ts';
export type { ConsentSource } from './consent/consent-view.ts';
export { isAccountHeldSql, isOwnSql, type AccountSource } from './account-of.ts';
export { staleCommentsSql } from './column-comments.ts';
export { sealedCheckName } from './column-sql.ts';
export {
  compileSql,
  purposeRole,
  purposeRoles,
  type CompileOptions,
  type Neighbours,
} from './compile-sql.ts';
export { describeRules, findDrift, type Drift, type SqlQuery } from './find-drift.ts';
export {
  basisText,
  collectionList,
  methodText,
  reasonsToHold,
  type CollectionGroup,
  type CollectionRow,
} from './collection-list.ts';
export {
  describeAfterExpiry,
  describeDuration,
  describeRetention,
  type Language,
} from './describe-retention.ts';
export {
  describeExport,
  describeRecipients,
  type ExportColumn,
  type ExportRecipient,
  type ExportTable,
} from './export/describe-export.ts';
export { exportValue, type RawValue } from './export/export-value.ts';
export type { ExportFile, ExportHead, ExportRow } from './export/export-rows.ts';
export { guardText } from './export/csv.ts';
export { writeExport } from './export/write-export.ts';
export {
  addDays,
  type CivilDate,
  civilDateInShanghai,
  dayOfWeek,
  parseCivilDate,
} from './deadlines/civil-date.ts';
export { addWorkingDays, type DueDate, workingDaysBetween } from './deadlines/add-working-days.ts';
export {
  isOverdue,
  missingNotice,
  type OpenQuestion,
  type ReplyTime,
  requestDeadline,
  type RequestDeadline,
  strictestReplyTime,
} from './deadlines/request-deadline.ts';
export {
  chineseCalendar,
  createWorkingCalendar,
  type WorkingCalendar,
  type YearFacts,
} from './deadlines/working-calendar.ts';
export { canonicalBytes, type JsonObject } from './receipts/canonical-bytes.ts';
export { issueCertificate, issueReceipt, verifyCertificate, verifyReceipt } from './receipts/receipt.ts';
export {
  mintShownToken,
  type ShownText,
  type ShownTokenUse,
  type UsedTokens,
  useShownToken,
} from './receipts/shown-token.ts';
export type { DocumentReading } from './receipts/signed-document.ts';
export {
  createPrivateJwk,
  openSigningKey,
  type PublicJwk,
  type PublicKeySet,
  publicKeySet,
  type SigningKey,
} from './receipts/signing-key.ts';
export type { Anchor, AnchoredLeaf, AnchorRecord, Publication } from './transparency/anchor.ts';
export { anchorIn, openDirectoryAnchor } from './transparency/directory-anchor.ts';
export { type Envelope, hashEntry, type LogEntry } from './transparency/log-entry.ts';
export { loadTreeState, type NodeStore, proveConsistency, proveInclusion } from './transparency/proofs.ts';
export { type Hash, hashLeaf, isSameHash } from './transparency/tree-hash.ts';
export { type AnchorReading, readAnchors } from './transparency/read-anchors.ts';
export { signTreeCut, type TreeCut } from './transparency/tree-cut.ts';
export { readTreeHead, signTreeHead, type TreeHead, type TreeHeadReading } from './transparency/tree-head.ts';
export {
  appendLeaves,
  emptyTree,
  type NodePosition,
  rootOf,
  type TreeNode,
  type TreeState,
} from './transparency/tree-state.ts';
export { type LogFault, type LogVerdict, type RecordedEntry, verifyLog } from './transparency/verify-log.ts';
export {
  type ConsistencyClaim,
  type InclusionClaim,
  verifyConsistency,
  verifyInclusion,
} from './transparency/verify-proofs.ts';
export { blindIndex, blindIndexBytes } from './sealing/blind-index.ts';
export {
  type Cell,
  envelopeOverheadBytes,
  fromSealedText,
  keyVersionOf,
  open,
  seal,
  sealedTextPattern,
  toSealedText,
} from './sealing/envelope.ts';
export {
  type OnUnreadable,
  openAll,
  sealAll,
  type ValueToOpen,
  type ValueToSeal,
} from './sealing/seal-batch.ts';
export {
  type BlindIndex,
  indexValue,
  type Opened,
  openTableRows,
  type Plain,
  type Sealed,
  type SealedColumn,
  type SealedTable,
  sealTableRows,
  type Sealing,
} from './sealing/sealed-table.ts';
export { SealError, type SealErrorCode } from './sealing/seal-error.ts';
export type { JsonValue, SealedType, SealedTypes } from './sealing/sealed-value.ts';
export {
  type DataKey,
  type DestroyedKey,
  type DestructionProof,
  type EpochState,
  keyClasses,
  type KeyLookup,
  type KeyVault,
} from './vault/key-vault.ts';
export {
  openLocalVault,
  openTransitVault,
  type TransitVaultOptions,
  type VaultOptions,
} from './vault/open-vault.ts';
export { VaultError, type VaultErrorCode } from './vault/vault-error.ts';
