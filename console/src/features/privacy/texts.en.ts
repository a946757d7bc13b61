import type { texts as textsZh } from './texts.zh.ts';
import { choicesEn } from './choices/messages.en.ts';
import { exportEn } from './export/messages.en.ts';
import { lookedEn } from './looked/messages.en.ts';
import { proofsEn } from './proofs/messages.en.ts';
import { requestsEn } from './requests/messages.en.ts';
import { correctEn } from './correct/messages.en.ts';
import { eraseEn } from './erase/messages.en.ts';
import { knowsEn } from './overview/messages.en.ts';
import { policiesEn } from './policies.messages.en.ts';
import { privacyEn } from './messages.en.ts';
import { restrictEn } from './restrict/messages.en.ts';
import { stepUpEn } from './step-up/messages.en.ts';
import { verifyEn } from './verify/messages.en.ts';

export const texts: typeof textsZh = {
  choices: choicesEn,
  export: exportEn,
  looked: lookedEn,
  proofs: proofsEn,
  requests: requestsEn,
  correct: correctEn,
  erase: eraseEn,
  knows: knowsEn,
  policies: policiesEn,
  privacy: privacyEn,
  restrict: restrictEn,
  stepUp: stepUpEn,
  verify: verifyEn,
};
