import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addWorkingDays } from './add-working-days.ts';
import { civilDateInShanghai } from './civil-date.ts';
import { isOverdue, missingNotice, requestDeadline } from './request-deadline.ts';
import { chineseCalendar, createWorkingCalendar } from './working-calendar.ts';

const noFacts = { holidays: [], makeUpDays: [] };

test('CHIPL-8.5.a the clock from receipt decides when the person is verified late', () => {
  const received = { receivedAt: new Date('2026-03-02T02:00:00Z'), verifiedAt: null };
  expect(requestDeadline(received, chineseCalendar)).toMatchObject({
    due: '2026-03-16',
    decidedBy: 'receipt',
    fromVerification: null,
  });
  const onDayNine = { ...received, verifiedAt: new Date('2026-03-13T02:00:00Z') };
  expect(requestDeadline(onDayNine, chineseCalendar)).toMatchObject({
    due: '2026-03-16',
    isProvisional: false,
    decidedBy: 'receipt',
    fromVerification: { due: '2026-04-03', isProvisional: false },
  });
});

test('CHIPL-8.1.c the clock from verification decides where it ends first', () => {
  const request = {
    receivedAt: new Date('2026-03-02T02:00:00Z'),
    verifiedAt: new Date('2026-03-03T02:00:00Z'),
  };
  const replyTime = { fromReceiptDays: 30, fromVerificationDays: 15 };
  expect(requestDeadline(request, chineseCalendar, replyTime)).toMatchObject({
    due: '2026-03-24',
    decidedBy: 'verification',
  });
});

test('verification, however late, never moves the clock from receipt', () => {
  const instant = fc.date({ min: new Date('2004-01-01'), max: new Date('2027-06-01'), noInvalidDate: true });
  fc.assert(
    fc.property(instant, fc.nat(400), (receivedAt, daysLater) => {
      const verifiedAt = new Date(receivedAt.getTime() + daysLater * 86_400_000);
      const deadline = requestDeadline({ receivedAt, verifiedAt }, chineseCalendar);
      const fromReceipt = addWorkingDays(civilDateInShanghai(receivedAt), 10, chineseCalendar);
      expect(deadline.fromReceipt).toEqual(fromReceipt);
      expect(deadline.due <= fromReceipt.due).toBe(true);
      expect(deadline.due <= (deadline.fromVerification?.due ?? '')).toBe(true);
    }),
  );
});

test('a request is overdue from midnight in Shanghai after its due day', () => {
  expect(isOverdue('2026-03-16', new Date('2026-03-16T15:59:59Z'))).toBe(false);
  expect(isOverdue('2026-03-16', new Date('2026-03-16T16:00:00Z'))).toBe(true);
});

test('the next notice is missed from 1 December on, this year’s at once', () => {
  const calendar = createWorkingCalendar({ 2026: noFacts });
  expect(missingNotice(calendar, new Date('2026-11-30T15:59:59Z'))).toBeNull();
  expect(missingNotice(calendar, new Date('2026-11-30T16:00:00Z'))).toBe(2027);
  expect(missingNotice(calendar, new Date('2027-01-01T00:00:00Z'))).toBe(2027);
  expect(
    missingNotice(createWorkingCalendar({ 2026: noFacts, 2027: noFacts }), new Date('2026-12-24')),
  ).toBeNull();
});
