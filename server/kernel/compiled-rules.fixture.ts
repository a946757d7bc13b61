// A small library, which is not Candor: what the compiler makes of its declarations is tried in PostgreSQL itself.
import {
  buildRegistry,
  compileSql,
  createPrivacy,
  definePurposes,
  defineRecipients,
  indexText,
  type Registry,
  sealedText,
} from '@candor/privacy-engine';
import { foreignKey, index, integer, pgSchema, text, timestamp } from 'drizzle-orm/pg-core';
import type pg from 'pg';
import type { Database } from '../testing/test.ts';
import { tablesSql } from './compiled-rules-tables.fixture.ts';

const said = { zh: '示例', en: 'Example' };
const facts = { essential: true, text: said, basis: 'contract', duringRestriction: 'continues' } as const;

const purposes = definePurposes({
  lending: { ...facts, scope: 'tenant' },
  research: { ...facts, basis: 'public-interest', scope: 'platform', duringRestriction: 'stops' },
  letters: {
    ...facts,
    basis: 'consent',
    scope: 'platform',
    consent: { title: said, method: said, extent: said, until: said, refusal: said },
  },
  reader: { ...facts, scope: 'subject', engine: 'export' },
  claims: { ...facts, scope: 'platform' },
  erasing: { ...facts, scope: 'platform', engine: 'erasure' },
});

type Purpose = keyof typeof purposes;

const common = {
  title: said,
  subject: 'readerId',
  category: 'content',
  source: 'user',
  collectedFor: ['reading'],
  keep: { max: 'P90D', from: 'row.createdAt' },
  keyClass: 'core',
  export: 'yes',
  edit: 'request',
  log: 'never',
} as const;
const clear = 'an example without keys';

const law = { duration: 'P5Y', law: 'an example' } as const;

export function createLibrary(changes: { withResearch?: boolean } = {}) {
  const privacy = createPrivacy({
    purposes,
    recipients: defineRecipients({}),
    services: { reading: said },
    anchors: { 'row.createdAt': said },
  });
  const schema = pgSchema('library');
  const { plain, personal, privacyTable } = privacy;
  const id = () => plain(text().primaryKey(), 'random identifier');
  const named = () => plain(text(), 'random identifier');
  const at = () => plain(timestamp({ withTimezone: true }).notNull().defaultNow(), 'anchor of the term');
  const ofNobody = { tenant: { none: 'an example' }, rows: { notPersonal: 'an example' } } as const;
  privacyTable(
    schema,
    'restrictions',
    { subjectId: named(), kind: named(), why: named() },
    { ...ofNobody, subject: 'subjectId', access: {} },
  );
  privacyTable(
    schema,
    'objections',
    { subjectId: named(), purpose: named(), why: named() },
    { ...ofNobody, subject: 'subjectId', access: {} },
  );
  const readers = changes.withResearch === false ? [] : (['research'] as const);
  const research = changes.withResearch === false ? {} : ({ research: ['select'] } as const);
  privacyTable(
    schema,
    'loans',
    {
      id: id(),
      libraryId: named(),
      readerId: named(),
      book: personal(text(), {
        ...common,
        clear,
        purposes: ['lending', 'reader', 'letters', 'claims', ...readers],
        onErase: 'delete-row',
      }),
      note: personal(text(), { ...common, clear, purposes: ['lending', 'reader'], onErase: 'delete-row' }),
      createdAt: at(),
    },
    {
      tenant: 'libraryId',
      subject: 'readerId',
      title: said,
      rows: 'delete',
      access: {
        lending: ['select', 'insert', 'update', 'delete'],
        letters: ['select'],
        reader: ['select'],
        claims: ['select'],
        ...research,
      },
      afterErasure: { claims: { why: 'an example', rowsWhere: "id like 'disputed%'" } },
    },
    (table) => [index('loans_reader').on(table.readerId, table.id)],
  );
  const books = privacyTable(
    schema,
    'books',
    { id: id(), copies: plain(integer(), 'a number') },
    { ...ofNobody, immutable: true, access: { lending: ['select', 'insert', 'update', 'delete'] } },
  );
  privacyTable(
    schema,
    'visits',
    {
      id: id(),
      libraryId: named(),
      readerId: named(),
      door: personal(text(), { ...common, clear, purposes: ['lending', 'reader'], onErase: 'null' }),
      guideId: named(),
      tip: personal(text(), {
        ...common,
        clear,
        subject: 'guideId',
        purposes: ['lending', 'reader'],
        onErase: 'null',
      }),
      kept: personal(text(), { ...common, clear, purposes: ['lending', 'reader'], onErase: 'unlink' }),
      createdAt: at(),
    },
    {
      tenant: 'libraryId',
      subject: 'readerId',
      title: said,
      rows: 'keep-unlinked',
      immutable: 'references-end',
      access: { lending: ['select', 'insert'], reader: ['select'] },
    },
    (table) => [index('visits_reader').on(table.readerId, table.id)],
  );
  privacyTable(
    schema,
    'cards',
    {
      id: id(),
      libraryId: named(),
      readerId: named(),
      holder: personal(sealedText(), { ...common, purposes: ['lending', 'reader'], onErase: 'shred' }),
      holderIndex: privacy.blindIndex(indexText(), 'holder'),
      createdAt: at(),
    },
    {
      tenant: 'libraryId',
      subject: 'readerId',
      title: said,
      rows: 'delete',
      access: { lending: ['select', 'insert'], reader: ['select'] },
    },
    (table) => [index('cards_reader').on(table.readerId, table.id)],
  );
  privacyTable(
    schema,
    'shelves',
    { id: id(), firstBook: named(), place: named() },
    { ...ofNobody, access: { lending: ['select'] } },
    (table) => [foreignKey({ columns: [table.firstBook], foreignColumns: [books.id], name: 'shelves_book' })],
  );
  privacyTable(
    schema,
    'fees',
    {
      id: id(),
      libraryId: named(),
      amount: personal(integer(), {
        ...common,
        subject: 'libraryId',
        purposes: ['lending', 'reader', 'letters', 'claims'],
        onErase: { retain: law },
      }),
      createdAt: at(),
    },
    {
      tenant: 'libraryId',
      subject: 'libraryId',
      subjectIs: 'account',
      title: said,
      rows: { keepUntil: law },
      access: { lending: ['select'], reader: ['select'], letters: ['select'], claims: ['select'] },
      afterErasure: { claims: { why: 'an example' } },
    },
    (table) => [index('fees_library').on(table.libraryId, table.id)],
  );
  privacyTable(
    schema,
    'payments',
    {
      id: id(),
      libraryId: named(),
      paid: personal(integer(), {
        ...common,
        clear,
        subject: 'libraryId',
        purposes: ['lending', 'reader'],
        onErase: 'unlink',
      }),
      createdAt: at(),
    },
    {
      tenant: 'libraryId',
      subject: 'libraryId',
      subjectIs: 'account',
      title: said,
      rows: 'keep-unlinked',
      immutable: true,
      access: { lending: ['select', 'insert'], reader: ['select'] },
    },
    (table) => [index('payments_library').on(table.libraryId, table.id)],
  );
  return buildRegistry(privacy, [
    {
      schema: 'library_queue',
      why: 'an example',
      tables: { tasks: ['id'] },
      roles: { library_queue: ['select', 'insert'] },
    },
    { schema: 'library_other', why: 'an example', tables: { tasks: ['id'] } },
  ]);
}

export const libraryOptions = {
  loginRole: 'candor_app',
  rolePrefix: 'library_p_',
  restrictionTable: 'library.restrictions',
  objectionTable: 'library.objections',
  consents: { events: 'library.consent_events', view: 'privacy_engine.library_consents' },
  accounts: { query: 'select person, account from library.accounts', tables: ['library.accounts'] },
  settings: { tenant: 'library.tenant', subject: 'library.subject' },
} as const;

export interface Library {
  readonly registry: Registry;
  readonly owner: (sql: string, values?: unknown[]) => Promise<pg.QueryResult<Record<string, string>>>;
  /** First column of what a purpose is answered, or the SQLSTATE; nothing of it stays. */
  readonly as: (
    purpose: Purpose,
    sql: string,
    place?: { tenant?: string; subject?: string },
  ) => Promise<unknown>;
}

/** A library with its rules, gone when the work is done: roles too, because it all is one transaction. */
export async function inLibrary(
  database: Database,
  work: (library: Library) => Promise<void>,
  registry: Registry = createLibrary(),
): Promise<void> {
  const client = await database.admin.connect();
  try {
    await client.query('begin');
    await client.query(tablesSql);
    await client.query(compileSql(registry, libraryOptions));
    await work({
      registry,
      owner: async (sql, values) => client.query(sql, values),
      as: async (purpose, sql, { tenant = '', subject = '' } = {}) => {
        await client.query('savepoint before');
        try {
          await client.query(
            `set local role ${libraryOptions.rolePrefix}${purpose}; set local library.tenant = '${tenant}'; set local library.subject = '${subject}'`,
          );
          const { rows, rowCount, command } = await client.query<Record<string, unknown>>(sql);
          return command === 'SELECT' ? rows.map((row) => Object.values(row)[0]) : rowCount;
        } catch (error) {
          return error instanceof Error && 'code' in error ? error.code : error;
        } finally {
          await client.query('rollback to savepoint before');
        }
      },
    });
  } finally {
    await client.query('rollback');
    client.release();
  }
}
