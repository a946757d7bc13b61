import { text, timestamp } from 'drizzle-orm/pg-core';
import { expect, test } from 'vitest';
import { notesOf, notesVocabulary } from '../testing/notes.ts';
import { anchorColumn, anchorSql, roughDays, termEnd } from './anchors.ts';

function notes(anchors: Record<string, string>) {
  const privacy = notesVocabulary();
  const closedAt = privacy.plain(timestamp(), 'anchor of the term');
  return notesOf(privacy, { columns: { closedAt, place: privacy.plain(text(), 'x') }, rule: { anchors } });
}

test('an anchor stands in the column that is named for it, the making of a row in `createdAt` unless said', () => {
  const column = (anchor: string, anchors = {}) => anchorColumn(notes(anchors), anchor);
  expect(column('row.createdAt')?.name).toBe('created_at');
  expect(column('row.createdAt', { 'row.createdAt': 'closedAt' })?.name).toBe('closed_at');
  expect(column('case.closed', { 'case.closed': 'closedAt' })?.name).toBe('closed_at');
  expect(column('case.closed')).toBeUndefined();
  expect(column('account.closed')).toBeNull();
  expect(column('account.closed', { 'account.closed': 'closedAt' })?.name).toBe('closed_at');
});

test('a term from a column counts from the erasure while the column says nothing', () => {
  const table = notes({ 'case.closed': 'closedAt' });
  expect(termEnd(table, 'case.closed', 'P2Y', '$2')).toBe(
    `((coalesce("notes"."closed_at", $2)::timestamptz at time zone 'UTC') + interval 'P2Y') at time zone 'UTC'`,
  );
  expect(termEnd(table, 'account.closed', 'P2Y', '$2')).toBe(
    `(($2::timestamptz at time zone 'UTC') + interval 'P2Y') at time zone 'UTC'`,
  );
  for (const anchor of ['row.read', 'account.closed'])
    expect(() => anchorSql(table, anchor)).toThrow(`shop.notes does not say where ${anchor} stands`);
});

test('terms are compared by the days they last, roughly', () => {
  const terms = ['PT1S', 'PT1M', 'PT1H', 'P1D', 'PT25H', 'P1M', 'P31D', 'P12M', 'P1Y', 'P1Y1D'];
  expect(terms.toSorted((one, other) => roughDays(one) - roughDays(other))).toEqual(terms);
  expect(roughDays('P1Y2M3DT4H5M6S')).toBeCloseTo(365.25 + 60.875 + 3 + 4 / 24 + 5 / 1440 + 6 / 86_400, 9);
  expect(roughDays('P12M')).toBe(roughDays('P1Y'));
  expect(roughDays('P0D')).toBe(0);
});
