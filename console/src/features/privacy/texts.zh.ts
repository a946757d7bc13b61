import { choicesZh } from './choices/messages.zh.ts';
import { exportZh } from './export/messages.zh.ts';
import { lookedZh } from './looked/messages.zh.ts';
import { proofsZh } from './proofs/messages.zh.ts';
import { requestsZh } from './requests/messages.zh.ts';
import { correctZh } from './correct/messages.zh.ts';
import { eraseZh } from './erase/messages.zh.ts';
import { knowsZh } from './overview/messages.zh.ts';
import { policiesZh } from './policies.messages.zh.ts';
import { privacyZh } from './messages.zh.ts';
import { restrictZh } from './restrict/messages.zh.ts';
import { stepUpZh } from './step-up/messages.zh.ts';
import { verifyZh } from './verify/messages.zh.ts';

export const texts = {
  choices: choicesZh,
  export: exportZh,
  looked: lookedZh,
  proofs: proofsZh,
  requests: requestsZh,
  correct: correctZh,
  erase: eraseZh,
  knows: knowsZh,
  policies: policiesZh,
  privacy: privacyZh,
  restrict: restrictZh,
  stepUp: stepUpZh,
  verify: verifyZh,
};
