import type { LocalisedText } from '@candor/privacy-engine';
import { index, integer, text, timestamp, uniqueIndex } from 'drizzle-orm/pg-core';
import { personal, plain, privacyTable } from '../../../declare/policy.ts';
import { privacySchema } from '../privacy-schema.ts';

const instant = () => timestamp({ withTimezone: true });

const damageFact = {
  subject: 'subjectId',
  category: 'log',
  source: 'auto',
  collectedFor: ['security'],
  purposes: ['security', 'rights'],
  keep: { max: 'P0D', from: 'account.closed' },
  keyClass: 'core',
  onErase: 'delete-row',
  export: 'yes',
  edit: { no: { zh: '由系统记录', en: 'recorded by the system' } },
  log: 'never',
} as const;

const damageWords: Readonly<Record<string, LocalisedText>> = {
  'no-envelope': { zh: '未加密的值', en: 'a value that is not sealed' },
  'other-version': { zh: '由另一版本的密钥加密', en: 'sealed with another version of the key' },
  'does-not-open': { zh: '无法解密', en: 'does not open' },
  'other-index': { zh: '与检索值不符', en: 'does not match its index' },
  'other-type': { zh: '类型不符', en: 'of another type' },
  'not-sealable': { zh: '无法加密', en: 'cannot be sealed' },
  'key-missing': { zh: '密钥库中没有该密钥', en: 'the vault has no such key' },
  'row-incomplete': { zh: '数据行不完整', en: 'incomplete row' },
};

/** Sealed values that could not be read although their key was not destroyed. */
export const unreadableCells = privacyTable(
  privacySchema,
  'unreadable_cells',
  {
    id: plain(text().primaryKey(), 'random identifier'),
    subjectId: plain(text().notNull(), 'random identifier of the person, so that it goes with them'),
    table: personal(text().notNull(), {
      clear: 'the name of a table of ours',
      ...damageFact,
      title: { zh: '无法读取的数据所在的表', en: 'Table with data that cannot be read' },
    }),
    column: personal(text().notNull(), {
      clear: 'the name of a column of ours',
      ...damageFact,
      title: { zh: '无法读取的数据项', en: 'Datum that cannot be read' },
    }),
    rowId: plain(text().notNull(), 'random identifier'),
    code: personal(text().notNull(), {
      words: damageWords,
      clear: 'one of a few words',
      ...damageFact,
      title: { zh: '无法读取的原因', en: 'Why it cannot be read' },
    }),
    seen: plain(integer().notNull(), 'how often our own code came across the place'),
    firstSeenAt: personal(instant().notNull(), {
      ...damageFact,
      title: { zh: '首次发现无法读取的时间', en: 'When it was first found unreadable' },
    }),
    lastSeenAt: personal(instant().notNull(), {
      ...damageFact,
      title: { zh: '最近发现无法读取的时间', en: 'When it was last found unreadable' },
    }),
  },
  {
    tenant: { none: 'damage belongs to the installation' },
    subject: 'subjectId',
    title: { zh: '无法读取的数据位置', en: 'Places of data that cannot be read' },
    rows: 'delete',
    access: { security: ['select', 'insert', 'update'], rights: ['select'] },
    afterErasure: { security: { why: 'a damaged value is found also while its person is being erased' } },
  },
  (table) => [
    uniqueIndex('unreadable_cells_place_unique_idx').on(table.table, table.column, table.rowId),
    index('unreadable_cells_subject_id_idx').on(table.subjectId, table.id),
  ],
);
