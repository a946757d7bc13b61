import type { UnitPrice } from '../money.ts';

/** Instants are ISO 8601 text, amounts are integer micro-yuan. */
export interface Page<Item> {
  items: Item[];
  nextCursor?: string | null;
}

export interface ProblemBody {
  type?: string;
  title?: string;
  status?: number;
  code?: string;
  requestId?: string;
  issues?: { path: string | (string | number)[]; message: string }[];
  [field: string]: unknown;
}

export interface Localized {
  zh: string;
  en: string;
}

export interface Policy {
  version: string;
  effectiveAt: string;
  titles: Localized;
  url: string;
}

export interface Code {
  phone?: string;
  email?: string;
  use: 'register' | 'login' | 'recover' | 'bind';
  language?: 'zh-CN' | 'en';
}

export interface User {
  id: string;
  username: string;
  email: string | null;
  phone: string | null;
  displayName: string | null;
  language: string;
  role: 'owner' | 'member';
  isOperator: boolean;
  createdAt: string;
}

export interface Me {
  user: User;
  tenant: { id: string; kind: string; name: string; status: string };
}

export interface MePatch {
  displayName?: string | null;
  language?: 'zh-CN' | 'en';
  username?: string;
  phone?: string;
  email?: string;
  /** The code sent to the new phone number or e-mail address. */
  code?: string;
}

export interface Session {
  id: string;
  createdAt: string;
  lastSeenAt: string;
  ip: string;
  userAgent: string;
  isCurrent: boolean;
}

export type ApiKeyStatus = 'active' | 'disabled' | 'expired' | 'exhausted';

export interface ApiKey {
  id: string;
  name: string;
  maskedKey: string;
  expiresAt: string | null;
  tokenQuota: number | null;
  tokensUsed: number;
  status: ApiKeyStatus;
  createdAt: string;
  lastUsedAt: string | null;
}

export interface NewApiKey {
  name: string;
  expiresAt?: string | null;
  tokenQuota?: number | null;
}

export interface KeyPatch {
  name?: string;
  disabled?: boolean;
  expiresAt?: string | null;
  tokenQuota?: number | null;
}

export interface Tenant {
  id: string;
  kind: string;
  name: string;
  status: string;
  createdAt: string;
  ownerUsername: string | null;
}

export interface OutboxMessage {
  id: string;
  channel: 'sms' | 'mail';
  to: string;
  subject?: string | null;
  body: string;
  createdAt: string;
  status: string;
}

export interface Model {
  id: string;
  displayName: Localized;
  description: Localized;
  provider: string;
  kind: 'chat' | 'embedding';
  contextTokens: number;
  tags: string[];
  isNonsense: boolean;
  price: { versionId: string; currency: string; input: UnitPrice; output: UnitPrice } | null;
}

export interface Price {
  id: string;
  modelId: string;
  inputMicros: number;
  inputPerTokens: number;
  outputMicros: number;
  outputPerTokens: number;
  effectiveFrom: string;
  publishedAt: string;
}

export type NewPrice = Omit<Price, 'id' | 'effectiveFrom' | 'publishedAt'> & { effectiveFrom?: string };

export interface Wallet {
  balanceMicros: number;
  heldMicros: number;
  availableMicros: number;
  /** Used when no money was left; the next top-up pays it. */
  owedMicros: number;
  currency: string;
}

export type TransactionType = 'top_up' | 'usage' | 'refund' | 'debt_payment' | 'reversal';

export interface Transaction {
  id: string;
  at: string;
  direction: 'in' | 'out';
  type: TransactionType;
  channel: string;
  amountMicros: number;
  balanceAfterMicros: number;
  relatedId: string;
}

export interface TopUp {
  id: string;
  status: 'pending' | 'paid' | 'failed';
  failureReason: 'cancelled' | 'expired' | null;
  amountMicros: number;
  channel: string;
  isLate: boolean;
  createdAt: string;
  expiresAt: string;
  paidAt: string | null;
}

export interface NewBankTransfer {
  tenantId: string;
  amountMicros: number;
  serialNumber: string;
  message?: string;
  paymentSource: { accountName: string; bankAccount: string; bankName: string };
}

export interface LedgerCheck {
  sumMicros: number;
  accountsChecked: number;
  transfersChecked: number;
  mismatches: { kind: string; id: string; storedMicros: number; foldedMicros: number }[];
}

export interface UsageBucket {
  bucket: string;
  modelId: string;
  apiKeyId: string;
  requests: number;
  inputTokens: number;
  outputTokens: number;
  chargeMicros: number;
  estimatedRequests: number;
}

export interface UsageEvent {
  id: string;
  at: string;
  modelId: string;
  apiKeyId: string;
  apiKeyName: string | null;
  inputTokens: number;
  outputTokens: number;
  chargeMicros: number;
  isEstimated: boolean;
  isStreamed: boolean;
  outcome: 'completed' | 'client_gone' | 'upstream_failed';
  durationMs: number;
}

export interface Bill {
  id: string;
  periodStart: string;
  periodEnd: string;
  month: string;
  product: string;
  resourceId: string;
  billingItem: string;
  isLate: boolean;
  requests: number;
  quantity: number;
  unit: string;
  listMicros: number;
  cashMicros: number;
  carriedMicros: number;
}

export interface BankTransfer {
  id: string;
  tenantId: string;
  amountMicros: number;
  serialNumber: string;
  createdAt: string;
}

export interface Settlement {
  settledUntil: string;
  tenants: number;
  billRows: number;
}

export interface BillMonth {
  month: string;
  listMicros: number;
  cashMicros: number;
}

export interface UpstreamHealth {
  status: 'unknown' | 'healthy' | 'failing';
  inFlight: number;
  consecutiveFailures: number;
  lastSuccessAt: string | null;
  lastFailureAt: string | null;
  /** A code: `connect`, `timeout`, `status_500`. */
  lastFailure: string | null;
}

export interface Upstream {
  id: string;
  name: string;
  baseUrl: string;
  hasApiKey: boolean;
  models: { modelId: string; upstreamModel: string }[];
  enabled: boolean;
  whenClientLeaves: 'drain' | 'abort';
  continuousUsage: boolean;
  createdAt: string;
  health: UpstreamHealth;
}

export interface NewUpstream {
  name: string;
  baseUrl: string;
  apiKey?: string | null;
  models: { modelId: string; upstreamModel: string }[];
  enabled: boolean;
  whenClientLeaves: 'drain' | 'abort';
  continuousUsage: boolean;
}

export interface CollectionRow {
  fields: string[];
  method: string;
  purpose: string;
  basis: string;
  retention: string;
  afterExpiry: string;
  recipients: string[];
  sensitive: boolean;
}

export interface PrivacyPolicy {
  version: string;
  registryHash: string;
  effectiveAt: string;
  sections: { key: string; title: string; paragraphs: string[] }[];
}

export interface CollectionList {
  version: string;
  registryHash: string;
  effectiveAt: string;
  groups: { key: string; title: string; rows: CollectionRow[] }[];
}

export interface MyDataColumn {
  name: string;
  title: string;
  purposes: string[];
  basis: string[];
  retention: string;
  source: string;
  recipients: string[];
  /** Why the value is not shown, null when it is. */
  withheld: string | null;
}

export interface MyData {
  generatedAt: string;
  subject: string;
  categories: {
    key: string;
    title: string;
    items: {
      table: string;
      columns: MyDataColumn[];
      rows: Record<string, string | number | boolean | null>[];
      totalRows: number;
    }[];
  }[];
}

export interface AuditEntry {
  id: string;
  actor: string;
  action: string;
  targetId: string | null;
  details: Record<string, string | number | boolean | null>;
  requestId: string;
  createdAt: string;
}
