import { auditZh } from '../features/audit/messages.zh.ts';
import { billsZh, usageZh } from '../features/billing/messages.zh.ts';
import { catalogZh, pricesZh } from '../features/catalog/messages.zh.ts';
import { playgroundZh } from '../features/gateway/playground/messages.zh.ts';
import { upstreamsZh } from '../features/gateway/upstreams/messages.zh.ts';
import { keysZh } from '../features/identity/keys/messages.zh.ts';
import { identityZh } from '../features/identity/messages.zh.ts';
import { settingsZh, tenantsZh } from '../features/identity/settings/messages.zh.ts';
import { officerZh } from '../features/officer/messages.zh.ts';
import { outboxZh } from '../features/notifications/messages.zh.ts';
import { overviewZh } from '../features/overview/messages.zh.ts';
import { installationZh } from '../features/officer/installation/messages.zh.ts';
import { policiesZh } from '../features/privacy/policies.messages.zh.ts';
import { privacyZh } from '../features/privacy/messages.zh.ts';
import { choicesZh } from '../features/privacy/choices/messages.zh.ts';
import { exportZh } from '../features/privacy/export/messages.zh.ts';
import { lookedZh } from '../features/privacy/looked/messages.zh.ts';
import { proofsZh } from '../features/privacy/proofs/messages.zh.ts';
import { requestsZh } from '../features/privacy/requests/messages.zh.ts';
import { correctZh } from '../features/privacy/correct/messages.zh.ts';
import { eraseZh } from '../features/privacy/erase/messages.zh.ts';
import { knowsZh } from '../features/privacy/overview/messages.zh.ts';
import { restrictZh } from '../features/privacy/restrict/messages.zh.ts';
import { stepUpZh } from '../features/privacy/step-up/messages.zh.ts';
import { verifyZh } from '../features/privacy/verify/messages.zh.ts';
import { problemPagesZh } from '../features/problems/messages.zh.ts';
import { walletZh } from '../features/wallet/messages.zh.ts';
import { commonZh } from '../shared/i18n/common.zh.ts';
import { issuesZh } from '../shared/i18n/issues.zh.ts';
import { problemsZh } from '../shared/i18n/problems.zh.ts';

export const messages = {
  ...commonZh,
  problems: problemsZh,
  problemPages: problemPagesZh,
  issues: issuesZh,
  audit: auditZh,
  bills: billsZh,
  catalog: catalogZh,
  identity: identityZh,
  keys: keysZh,
  choices: choicesZh,
  export: exportZh,
  looked: lookedZh,
  proofs: proofsZh,
  requests: requestsZh,
  correct: correctZh,
  erase: eraseZh,
  knows: knowsZh,
  installation: installationZh,
  officer: officerZh,
  policies: policiesZh,
  outbox: outboxZh,
  overview: overviewZh,
  playground: playgroundZh,
  prices: pricesZh,
  privacy: privacyZh,
  restrict: restrictZh,
  settings: settingsZh,
  stepUp: stepUpZh,
  tenants: tenantsZh,
  upstreams: upstreamsZh,
  usage: usageZh,
  verify: verifyZh,
  wallet: walletZh,
};
