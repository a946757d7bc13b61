import type { messages as zhMessages } from './messages-zh.ts';
import { auditEn } from '../features/audit/messages.en.ts';
import { billsEn, usageEn } from '../features/billing/messages.en.ts';
import { catalogEn, pricesEn } from '../features/catalog/messages.en.ts';
import { playgroundEn } from '../features/gateway/playground/messages.en.ts';
import { upstreamsEn } from '../features/gateway/upstreams/messages.en.ts';
import { keysEn } from '../features/identity/keys/messages.en.ts';
import { identityEn } from '../features/identity/messages.en.ts';
import { settingsEn, tenantsEn } from '../features/identity/settings/messages.en.ts';
import { officerEn } from '../features/officer/messages.en.ts';
import { outboxEn } from '../features/notifications/messages.en.ts';
import { overviewEn } from '../features/overview/messages.en.ts';
import { installationEn } from '../features/officer/installation/messages.en.ts';
import { policiesEn } from '../features/privacy/policies.messages.en.ts';
import { privacyEn } from '../features/privacy/messages.en.ts';
import { choicesEn } from '../features/privacy/choices/messages.en.ts';
import { exportEn } from '../features/privacy/export/messages.en.ts';
import { lookedEn } from '../features/privacy/looked/messages.en.ts';
import { proofsEn } from '../features/privacy/proofs/messages.en.ts';
import { requestsEn } from '../features/privacy/requests/messages.en.ts';
import { correctEn } from '../features/privacy/correct/messages.en.ts';
import { eraseEn } from '../features/privacy/erase/messages.en.ts';
import { knowsEn } from '../features/privacy/overview/messages.en.ts';
import { restrictEn } from '../features/privacy/restrict/messages.en.ts';
import { stepUpEn } from '../features/privacy/step-up/messages.en.ts';
import { verifyEn } from '../features/privacy/verify/messages.en.ts';
import { problemPagesEn } from '../features/problems/messages.en.ts';
import { walletEn } from '../features/wallet/messages.en.ts';
import { commonEn } from '../shared/i18n/common.en.ts';
import { issuesEn } from '../shared/i18n/issues.en.ts';
import { problemsEn } from '../shared/i18n/problems.en.ts';

export const messages: typeof zhMessages = {
  ...commonEn,
  problems: problemsEn,
  problemPages: problemPagesEn,
  issues: issuesEn,
  audit: auditEn,
  bills: billsEn,
  catalog: catalogEn,
  identity: identityEn,
  keys: keysEn,
  choices: choicesEn,
  export: exportEn,
  looked: lookedEn,
  proofs: proofsEn,
  requests: requestsEn,
  correct: correctEn,
  erase: eraseEn,
  knows: knowsEn,
  installation: installationEn,
  officer: officerEn,
  policies: policiesEn,
  outbox: outboxEn,
  overview: overviewEn,
  playground: playgroundEn,
  prices: pricesEn,
  privacy: privacyEn,
  restrict: restrictEn,
  settings: settingsEn,
  stepUp: stepUpEn,
  tenants: tenantsEn,
  upstreams: upstreamsEn,
  usage: usageEn,
  verify: verifyEn,
  wallet: walletEn,
};
