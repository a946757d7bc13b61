import { expect, test } from 'vitest';
import { unnamedInstallation } from './installation.ts';
import { covers, policyChange } from './policy-change.ts';
import type { PolicyFacts } from './policy-facts.ts';

const mail = {
  purposes: ['signin'],
  keepDays: 30,
  anchors: ['account.closed'],
  recipients: [],
  isSensitive: false,
};
const facts: PolicyFacts = {
  installation: unnamedInstallation,
  purposes: { signin: { basis: 'contract', isEssential: true } },
  recipients: { mailer: { region: 'CN', retentionDays: 7 } },
  data: { 'Account: Mail': mail },
};
const withMail = (wishes: object): PolicyFacts => ({
  ...facts,
  data: { 'Account: Mail': { ...mail, ...wishes } },
});
const classOf = (after: PolicyFacts) => policyChange(facts, after).class;

test('PIPL 14(2) more purposes, data, recipients or time is asked for', () => {
  const wider: PolicyFacts[] = [
    { ...facts, purposes: { ...facts.purposes, ads: { basis: 'consent', isEssential: false } } },
    { ...facts, purposes: { signin: { basis: 'legal-obligation', isEssential: true } } },
    { ...facts, data: { ...facts.data, 'Account: Phone': mail } },
    withMail({ purposes: ['signin', 'notify'] }),
    withMail({ recipients: ['mailer'] }),
    withMail({ keepDays: 60 }),
    withMail({ anchors: ['account.closed', 'row.createdAt'] }),
    withMail({ isSensitive: true }),
    { ...facts, recipients: { ...facts.recipients, printer: { region: 'CN', retentionDays: 0 } } },
    { ...facts, recipients: { mailer: { region: 'SG', retentionDays: 7 } } },
    { ...facts, recipients: { mailer: { region: 'CN', retentionDays: 8 } } },
    { ...facts, installation: { ...unnamedInstallation, storagePlace: { zh: '别处', en: 'elsewhere' } } },
  ];
  for (const after of wider) {
    expect(classOf(after), JSON.stringify(policyChange(facts, after))).toBe('ask');
    expect(covers(facts, after)).toBe(false);
  }
});

test('less of anything, or another contact, is notified and needs no acceptance', () => {
  const narrower: PolicyFacts[] = [
    withMail({ keepDays: 10 }),
    { ...facts, data: {} },
    { ...facts, recipients: {} },
    { ...facts, purposes: {} },
    { ...facts, installation: { ...unnamedInstallation, email: 'other@example.com' } },
  ];
  for (const after of narrower) {
    expect(classOf(after), JSON.stringify(policyChange(facts, after))).toBe('notice');
    expect(covers(facts, after)).toBe(true);
  }
});

test('the same promise in any order of members changes nothing', () => {
  const { zh, en } = unnamedInstallation.name;
  expect(
    policyChange(facts, { ...facts, installation: { ...unnamedInstallation, name: { en, zh } } }),
  ).toEqual({
    class: 'editorial',
    changes: [],
  });
});
