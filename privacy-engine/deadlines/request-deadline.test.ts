import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addWorkingDays, workingDaysBetween } from './add-working-days.ts';
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

test('where both clocks end on one day the one from receipt decides', () => {
  const receivedAt = new Date('2026-03-02T02:00:00Z');
  const sameTime = { fromReceiptDays: 15, fromVerificationDays: 15 };
  const deadline = requestDeadline({ receivedAt, verifiedAt: receivedAt }, chineseCalendar, sameTime);
  expect(deadline).toMatchObject({ due: '2026-03-23', decidedBy: 'receipt' });
  expect(deadline.fromVerification).toEqual(deadline.fromReceipt);
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

test('CHIPL-8.1.c CHIPL-8.5.a a question to the person pauses the clock from verification and never the one from receipt', () => {
  const replyTime = { fromReceiptDays: 30, fromVerificationDays: 15 };
  const verified = {
    receivedAt: new Date('2026-03-02T02:00:00Z'),
    verifiedAt: new Date('2026-03-03T02:00:00Z'),
  };
  const unasked = requestDeadline(verified, chineseCalendar, replyTime);
  // Asked on Thursday 5 March, answered on Tuesday 10 March: Friday, Monday and Tuesday do not count.
  const questions = [{ from: new Date('2026-03-05T03:00:00Z'), until: new Date('2026-03-10T03:00:00Z') }];
  const asked = requestDeadline({ ...verified, questions }, chineseCalendar, replyTime);
  expect(unasked.fromVerification).toMatchObject({ due: '2026-03-24' });
  expect(asked.fromVerification).toMatchObject({ due: '2026-03-27' });
  expect(asked.fromReceipt).toEqual(unasked.fromReceipt);
  // Once more from Thursday 12 to Monday 16 March: Friday and Monday do not count either.
  const again = { from: new Date('2026-03-12T03:00:00Z'), until: new Date('2026-03-16T03:00:00Z') };
  const askedTwice = requestDeadline(
    { ...verified, questions: [...questions, again] },
    chineseCalendar,
    replyTime,
  );
  expect(askedTwice.fromVerification).toMatchObject({ due: '2026-03-31' });
  const sameDay = [{ from: new Date('2026-03-05T01:00:00Z'), until: new Date('2026-03-05T09:00:00Z') }];
  expect(requestDeadline({ ...verified, questions: sameDay }, chineseCalendar, replyTime)).toEqual(unasked);
});

test('CHIPL-8.5.a however long the person is asked, the answer is due ten working days after receipt', () => {
  const instant = fc.date({ min: new Date('2004-01-01'), max: new Date('2026-09-01'), noInvalidDate: true });
  fc.assert(
    fc.property(instant, fc.nat(60), fc.nat(60), (receivedAt, afterDays, waitDays) => {
      const from = new Date(receivedAt.getTime() + afterDays * 86_400_000);
      const until = new Date(from.getTime() + waitDays * 86_400_000);
      const asked = { receivedAt, verifiedAt: receivedAt, questions: [{ from, until }] };
      const { due, fromReceipt, fromVerification } = requestDeadline(asked, chineseCalendar);
      const unasked = requestDeadline({ ...asked, questions: [] }, chineseCalendar);
      expect(fromReceipt).toEqual(unasked.fromReceipt);
      expect(due <= fromReceipt.due).toBe(true);
      expect((fromVerification?.due ?? '') >= (unasked.fromVerification?.due ?? '')).toBe(true);
    }),
  );
});

test('working days left skip holidays, count make-up days and go below zero when the day has passed', () => {
  // Spring Festival 2026: off from 15 to 23 February, worked on 14 and 28 February.
  expect(workingDaysBetween('2026-02-13', '2026-02-14', chineseCalendar)).toBe(1);
  expect(workingDaysBetween('2026-02-14', '2026-02-23', chineseCalendar)).toBe(0);
  expect(workingDaysBetween('2026-02-14', '2026-02-28', chineseCalendar)).toBe(5);
  expect(workingDaysBetween('2026-02-28', '2026-02-14', chineseCalendar)).toBe(-5);
  expect(workingDaysBetween('2026-03-02', '2026-03-02', chineseCalendar)).toBe(0);
});

test('a request is overdue from midnight in Shanghai after its due day', () => {
  expect(isOverdue('2026-03-16', new Date('2026-03-16T15:59:59Z'))).toBe(false);
  expect(isOverdue('2026-03-16', new Date('2026-03-16T16:00:00Z'))).toBe(true);
});

test('the next notice is missed from 1 December on, this year’s at once', () => {
  const calendar = createWorkingCalendar({ 2026: noFacts });
  expect(missingNotice(calendar, new Date('2026-02-14T16:00:00Z'))).toBeNull();
  expect(missingNotice(calendar, new Date('2026-11-30T15:59:59Z'))).toBeNull();
  expect(missingNotice(calendar, new Date('2026-11-30T16:00:00Z'))).toBe(2027);
  expect(missingNotice(calendar, new Date('2027-01-01T00:00:00Z'))).toBe(2027);
  expect(
    missingNotice(createWorkingCalendar({ 2026: noFacts, 2027: noFacts }), new Date('2026-12-24')),
  ).toBeNull();
});
