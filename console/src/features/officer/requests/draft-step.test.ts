import { expect, test } from 'vitest';
import { draftedStep, emptyDraft, microsOf, stepsOf } from './draft-step.ts';

test('the steps of a request follow its state', () => {
  expect(stepsOf({ state: 'verifying', isOpen: true, type: 'access' })[0]).toBe('accept');
  expect(stepsOf({ state: 'accepted', isOpen: true, type: 'delete' })).toContain('erase');
  expect(stepsOf({ state: 'accepted', isOpen: true, type: 'access' })).not.toContain('erase');
  expect(stepsOf({ state: 'closed', isOpen: false, type: 'access' })).toEqual(['letters', 'notes']);
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

test('an amount in yuan becomes whole micro-yuan, or nothing', () => {
  expect(microsOf('12.345678')).toBe(12_345_678);
  expect(microsOf('0')).toBe(0);
  expect(microsOf('0.1')).toBe(100_000);
  for (const wrong of ['', '-1', '1.2345678', '1e3', '¥1']) expect(microsOf(wrong)).toBeUndefined();
});
