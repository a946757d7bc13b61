import { expect, test } from 'vitest';
import { draftedStep, emptyDraft, stepsOf } from './draft-step.ts';

test('the steps of a request follow its state', () => {
  const file = {
    isOpen: true,
    aboutId: 'user_01h455vb4pex5vsknk084sn02q',
    role: 'self',
    verifiedBy: 'account',
  } as const;
  expect(stepsOf({ ...file, state: 'verifying', type: 'access' })[0]).toBe('accept');
  expect(stepsOf({ ...file, state: 'accepted', type: 'delete' })).toContain('erase');
  expect(stepsOf({ ...file, state: 'accepted', type: 'access' })).not.toContain('erase');
  expect(stepsOf({ ...file, state: 'closed', isOpen: false, type: 'access' })).toEqual(['letters', 'notes']);
});

test('a request that has led to no account offers to look for it, and no erasure yet', () => {
  const steps = stepsOf({
    state: 'accepted',
    isOpen: true,
    type: 'delete',
    aboutId: null,
    role: 'self',
    verifiedBy: 'contact',
  });
  expect(steps).toContain('match');
  expect(steps).not.toContain('erase');
});

test('a step that lacks what it needs is not sent', () => {
  expect(draftedStep('close', emptyDraft)).toBeUndefined();
  expect(draftedStep('ask', { ...emptyDraft, text: ' Which order? ' })).toEqual({
    name: 'ask',
    body: { text: 'Which order?' },
  });
  expect(draftedStep('refuse', { ...emptyDraft, code: 'repetitive', text: 'as before' })).toEqual({
    name: 'refuse',
    body: { code: 'repetitive', explanation: 'as before' },
  });
});

test('an amount in yuan becomes whole micro-yuan, or nothing is sent', () => {
  const erasure = (balanceYuan: string) => draftedStep('erase', { ...emptyDraft, balanceYuan });
  const acknowledging = (acknowledgedBalanceMicros: number) => ({
    name: 'erase',
    body: { ground: 'person-request', acknowledgedBalanceMicros },
  });
  expect(erasure('12.345678')).toEqual(acknowledging(12_345_678));
  expect(erasure('0')).toEqual(acknowledging(0));
  expect(erasure('0.1')).toEqual(acknowledging(100_000));
  for (const wrong of ['', '-1', '1.2345678', '1e3', '¥1']) expect(erasure(wrong)).toBeUndefined();
});
