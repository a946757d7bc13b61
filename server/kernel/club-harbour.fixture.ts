import { text } from 'drizzle-orm/pg-core';
import {
  access,
  byMember,
  clear,
  type ClubVocabulary,
  common,
  ofMember,
  said,
} from './club-vocabulary.fixture.ts';

/** Tables of the club in which something is as it seldom is: references in a circle, links that are data, no rule at all. */
export function declareHarbour({ privacy, schema, id, named, at }: ClubVocabulary): void {
  const { plain, personal, privacyTable } = privacy;
  const none = { none: 'an example' };
  // What says who is erased stays, although it is about persons.
  privacyTable(
    schema,
    'restrictions',
    {
      subjectId: plain(text().primaryKey(), 'random identifier'),
      kind: personal(text(), { ...common, ...clear, subject: 'subjectId', onErase: 'delete-row' }),
      createdAt: at(),
    },
    { tenant: none, subject: 'subjectId', title: said, rows: 'delete', access },
  );
  privacyTable(
    schema,
    'piers',
    { id: id(), length: named() },
    { tenant: none, rows: { notPersonal: 'an example' }, access: {} },
  );
  privacyTable(
    schema,
    'lockers',
    { memberId: plain(text().primaryKey(), 'random identifier'), number: named() },
    { tenant: none, subject: 'memberId', rows: { notPersonal: 'an example' }, access: {} },
  );
  // The links themselves are data: they say how they go.
  privacyTable(
    schema,
    'medals',
    {
      id: id(),
      memberId: personal(text(), { ...common, ...clear, onErase: 'null' }),
      metal: personal(text(), { ...common, ...clear, onErase: 'unlink' }),
      giverId: personal(text(), { ...common, ...clear, subject: 'giverId', onErase: 'null' }),
      speech: personal(text(), { ...common, ...clear, subject: 'giverId', onErase: 'null' }),
      createdAt: at(),
    },
    { ...ofMember, rows: 'keep-unlinked' },
    byMember,
  );
  // Neither can go before the other, so PostgreSQL must look at the end.
  for (const [name, other] of [
    ['hulls', 'mastId'],
    ['masts', 'hullId'],
  ] as const)
    privacyTable(
      schema,
      name,
      {
        id: id(),
        memberId: named(),
        [other]: plain(text().notNull(), 'random identifier'),
        paint: personal(text(), { ...common, ...clear, onErase: 'delete-row' }),
        createdAt: at(),
      },
      { ...ofMember, rows: 'delete' },
      byMember,
    );
}
