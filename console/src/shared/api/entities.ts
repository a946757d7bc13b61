import type { components, operations } from './openapi.generated.d.ts';

/** The API's nouns by name. Their shapes are generated from `docs/openapi.json` and never written here. */
type Schemas = components['schemas'];

type BodyOf<Operation extends keyof operations> = operations[Operation] extends {
  requestBody: { content: { 'application/json': infer Body } };
}
  ? Body
  : never;

export interface Page<Item> {
  items: Item[];
  nextCursor?: string | null;
}

/** RFC 9457, as far as the console reads it. */
export interface ProblemBody {
  title?: string;
  code?: string;
  requestId?: string;
  issues?: { path: string | (string | number)[]; message: string; rule?: string; limit?: number }[];
  [field: string]: unknown;
}

export type AccountRateLimit = Schemas['AccountRateLimit'];
export type ModelRateLimit = Schemas['ModelRateLimit'];
export type OwnRateLimit = Schemas['OwnRateLimit'];
export type ApiKey = Schemas['ApiKey'];
export type ApiKeyStatus = ApiKey['status'];
export type AuditLogLine = Schemas['AuditLogLine'];
export type AuditEntry = Schemas['AuditEntry'];
export type BankTransfer = Schemas['BankTransfer'];
export type SuspendedPayment = Schemas['SuspendedPayment'];
export type SuspenseStatus = SuspendedPayment['status'];
export type BankTransferStatus = BankTransfer['status'];
export type ReversalReason = NonNullable<BankTransfer['reversalReason']>;
export type Bill = Schemas['BillRow'];
export type BillMonth = Schemas['BillMonth'];
export type CollectionRow = Schemas['CollectionList']['groups'][number]['rows'][number];
export type Consent = Schemas['Consents']['items'][number];
export type ConsentPurpose = operations['giveConsent']['parameters']['path']['purpose'];
export type ConsentRecord = Schemas['ConsentRecord'];
export type DataExport = Schemas['DataExport'];
export type CaseHead = Schemas['CaseHead'];
export type OfficerCase = Schemas['OfficerCase'];
export type RetentionState = Schemas['RetentionState'];
export type RetentionEvidence = Schemas['RetentionEvidence'];
export type Meter = Schemas['Meter'];
export type MeterPrice = Schemas['MeterPrice'];
export type OperatorHome = Schemas['OperatorHome'];
export type News = Schemas['News'];
export type UsageStatistics = Schemas['UsageStatistics']['items'][number];
export type VaultEpoch = Schemas['VaultEpoch'];
export type ManagedErasure = Schemas['ManagedErasure'];
export type UnreadableCell = Schemas['UnreadableCell'];
export type PrivacyCase = Schemas['PrivacyCase'];
export type ObjectionPurpose = operations['objectToPurpose']['parameters']['path']['purpose'];
export type Processing = Schemas['Processing'];
export type RequestOptions = Schemas['RequestOptions'];
export type CorrectionTable = Schemas['CorrectionTable'];
export type DeletableKind = Schemas['DeletableKind'];
export type ErasurePreview = Schemas['ErasurePreview'];
export type ErasureStatus = Schemas['ErasureStatus'];
export type Me = Schemas['Me'];
export type Model = Schemas['Model'];
export type MyData = Schemas['MyData'];
export type MyDataColumn = MyData['categories'][number]['items'][number]['columns'][number];
export type OutboxMessage = Schemas['OutboxMessage'];
export type Installation = Schemas['Installation'];
export type Policy = Schemas['Policy'];
export type PolicyChange = Schemas['PolicyChange'];
export type Price = Schemas['Price'];
export type Session = Schemas['Session'];
export type StaffRead = Schemas['StaffRead'];
export type Tenant = Schemas['Tenant'];
export type TopUp = Schemas['TopUp'];
export type Transaction = Schemas['Transaction'];
export type TransactionType = Transaction['type'];
export type Upstream = Schemas['Upstream'];
export type UsageBucket = Schemas['UsageSum'];
export type UsageLine = Schemas['UsageLine'];
export type UsageEvent = Schemas['UsageEvent'];
export type Wallet = Schemas['Wallet'];

export type Code = BodyOf<'sendCode'>;
export type KeyPatch = BodyOf<'changeApiKey'>;
export type MePatch = BodyOf<'changeMe'>;
/** What an officer does to a request, by the name of the step. */
export type CaseStep =
  | { name: 'accept'; body: BodyOf<'acceptCase'> }
  | { name: 'match'; body: BodyOf<'matchCase'> }
  | { name: 'ask'; body: BodyOf<'askPerson'> }
  | { name: 'decide'; body: BodyOf<'decideCase'> }
  | { name: 'refuse'; body: BodyOf<'refuseCase'> }
  | { name: 'close'; body: BodyOf<'closeCase'> }
  | { name: 'letters'; body: BodyOf<'writeToPerson'> }
  | { name: 'notes'; body: BodyOf<'addCaseNote'> }
  | { name: 'erase'; body: BodyOf<'eraseForCase'> };
export type Corrections = BodyOf<'correctData'>;
export type NewCase = BodyOf<'openCase'>;
export type NewRequest = BodyOf<'fileRequest'>;
export type NewApiKey = BodyOf<'createApiKey'>;
export type UpstreamTrial = Schemas['UpstreamTrial'];
export type UpstreamTest = BodyOf<'testUpstream'>;
export type NewUpstream = BodyOf<'createUpstream'>;
