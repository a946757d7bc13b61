/**
 * The part of the API the console calls, in the shape `openapi-typescript` generates, so that the
 * generated file can take this one's place.
 */
import type {
  ApiKey,
  AuditEntry,
  BankTransfer,
  Bill,
  BillMonth,
  Code,
  CollectionList,
  KeyPatch,
  LedgerCheck,
  Me,
  MePatch,
  Model,
  MyData,
  NewApiKey,
  NewBankTransfer,
  NewPrice,
  NewUpstream,
  OutboxMessage,
  Page,
  Policy,
  Price,
  PrivacyPolicy,
  ProblemBody,
  Session,
  Settlement,
  Tenant,
  TopUp,
  Transaction,
  TransactionType,
  Upstream,
  UsageBucket,
  UsageEvent,
  User,
  Wallet,
} from './entities.ts';

type Json<Body> = { content: { 'application/json': Body } };
type Failure = { default: { content: { 'application/problem+json': ProblemBody } } };
type Ok<Body> = { responses: { 200: Json<Body> } & Failure };
type Created<Body> = { responses: { 201: Json<Body> } & Failure };
type Done = { responses: { 204: { content?: never } } & Failure };
type Query<Q> = { parameters: { query?: Q } };
type At<P> = { parameters: { path: P } };
type Body<B> = { requestBody: Json<B> };

type Paging = { limit?: number; cursor?: string };
type Range = { from?: string; to?: string };
type UsageFilter = Range & { apiKeyId?: string; modelId?: string };

export interface paths {
  '/api/identity/policy': { get: Ok<Policy> };
  '/api/identity/codes': {
    post: Body<Code> & { responses: { 202: Json<{ resendAfterSeconds: number }> } & Failure };
  };
  '/api/identity/register': {
    post: Created<{ user: User }> &
      Body<
        | {
            method: 'password';
            username: string;
            email: string;
            password: string;
            policyVersion: string;
            language?: string;
          }
        | { method: 'phone'; phone: string; code: string; policyVersion: string; language?: string }
      >;
  };
  '/api/identity/login': {
    post: Ok<{ user: User }> &
      Body<
        | { method: 'password'; login: string; password: string }
        | { method: 'phone'; phone: string; code: string }
      >;
  };
  '/api/identity/recover': {
    post: Done & Body<{ phone?: string; email?: string; code: string; newPassword: string }>;
  };
  '/api/identity/logout': { post: Done };
  '/api/identity/me': { get: Ok<Me>; patch: Ok<Me> & Body<MePatch> };
  '/api/identity/me/password': { post: Done & Body<{ currentPassword?: string; newPassword: string }> };
  '/api/identity/sessions': { get: Ok<Page<Session>> };
  '/api/identity/sessions/{sessionId}': { delete: Done & At<{ sessionId: string }> };
  '/api/identity/sessions/revoke-others': { post: Done };
  '/api/identity/api-keys': {
    get: Ok<Page<ApiKey>> & Query<Paging>;
    post: Created<{ apiKey: ApiKey; secret: string }> & Body<NewApiKey>;
  };
  '/api/identity/api-keys/{apiKeyId}': {
    patch: Ok<ApiKey> & At<{ apiKeyId: string }> & Body<KeyPatch>;
    delete: Done & At<{ apiKeyId: string }>;
  };
  '/api/identity/tenants': { get: Ok<Page<Tenant>> & Query<Paging & { query?: string }> };
  '/api/notifications/outbox': { get: Ok<Page<OutboxMessage>> & Query<Paging> };
  '/api/catalog/models': { get: Ok<Page<Model>> };
  '/api/catalog/prices': { get: Ok<Page<Price>> & Query<Paging>; post: Created<Price> & Body<NewPrice> };
  '/api/wallet': { get: Ok<Wallet> };
  '/api/wallet/transactions': {
    get: Ok<Page<Transaction>> & Query<Paging & Range & { type?: TransactionType }>;
  };
  '/api/wallet/top-ups': {
    get: Ok<Page<TopUp>> & Query<Paging>;
    post: Created<{ topUp: TopUp; redirectUrl: string }> &
      Body<{ amountMicros: number; channel: 'sandbox' }> & {
        parameters: { header: { 'idempotency-key': string } };
      };
  };
  '/api/wallet/top-ups/{topUpId}': { get: Ok<TopUp> & At<{ topUpId: string }> };
  '/api/wallet/bank-transfers': { post: Ok<BankTransfer> & Body<NewBankTransfer> };
  '/api/wallet/ledger-check': { get: Ok<LedgerCheck> };
  '/api/billing/usage': { get: Ok<Page<UsageBucket>> & Query<UsageFilter & { groupBy?: 'hour' | 'day' }> };
  '/api/billing/usage/events': { get: Ok<Page<UsageEvent>> & Query<UsageFilter & Paging> };
  '/api/billing/bills': { get: Ok<Page<Bill>> & Query<Paging & { month?: string }> };
  '/api/billing/months': { get: Ok<Page<BillMonth>> };
  '/api/billing/settle': { post: Ok<Settlement> };
  '/api/gateway/upstreams': { get: Ok<Page<Upstream>>; post: Created<Upstream> & Body<NewUpstream> };
  '/api/gateway/upstreams/{upstreamId}': {
    patch: Ok<Upstream> & At<{ upstreamId: string }> & Body<Partial<NewUpstream>>;
    delete: Done & At<{ upstreamId: string }>;
  };
  '/api/privacy/collection-list': { get: Ok<CollectionList> & Query<{ lang?: 'zh' | 'en' }> };
  '/api/privacy/policy': { get: Ok<PrivacyPolicy> & Query<{ lang?: 'zh' | 'en' }> };
  '/api/privacy/my-data': { get: Ok<MyData> & Query<{ lang?: 'zh' | 'en' }> };
  '/api/audit/entries': { get: Ok<Page<AuditEntry>> & Query<Paging> };
}
