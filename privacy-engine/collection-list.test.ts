import { integer, pgSchema, text } from 'drizzle-orm/pg-core';
import { expect, test } from 'vitest';
import { collectionList } from './collection-list.ts';
import { staleCommentsSql } from './column-comments.ts';
import { createPrivacy, indexText, sealedText } from './declare.ts';
import { describeAfterExpiry, describeRetention } from './describe-retention.ts';
import { buildRegistry } from './registry.ts';

const facts = { essential: true, scope: 'platform', duringRestriction: 'continues' } as const;

function library() {
  const privacy = createPrivacy({
    purposes: {
      lending: {
        ...facts,
        basis: 'contract',
        cite: 'PIPL 13(1)[2]',
        text: { zh: '借阅', en: 'To lend' },
      },
      safety: { ...facts, basis: 'public-interest', text: { zh: '安全', en: 'To keep safe' } },
      own: { ...facts, scope: 'subject', basis: 'contract', text: { zh: '查阅', en: 'To answer' } },
    },
    recipients: {
      courier: { role: 'entrusted', region: 'CN', text: { zh: '快递公司', en: 'Courier' } },
    },
    services: {
      reading: { zh: '阅读', en: 'Reading' },
      music: { zh: '音乐', en: 'Music' },
      none: { zh: '无', en: 'None' },
    },
    anchors: {
      'row.createdAt': { zh: '记录产生', en: 'the record is made' },
      'account.closed': { zh: '账户注销', en: 'the account is closed' },
    },
    laws: {
      PIPL: { title: { zh: '个人信息保护法', en: 'PIPL' }, source: 'https://example.cn' },
      CSL: { title: { zh: '网络安全法', en: 'CSL' }, source: 'https://example.cn' },
    },
  });
  const datum = {
    title: { zh: '姓名', en: 'Name' },
    subject: 'id',
    category: 'identity',
    source: 'user',
    collectedFor: ['reading', 'music'],
    purposes: ['lending', 'safety', 'own'],
    keep: { max: 'P0D', from: 'account.closed' },
    keyClass: 'core',
    onErase: 'delete-row',
    export: 'yes',
    edit: 'self',
    log: 'never',
  } as const;
  const clear = { clear: 'an example without keys' } as const;
  privacy.privacyTable(
    pgSchema('library'),
    'readers',
    {
      id: privacy.plain(text().primaryKey(), 'random identifier'),
      name: privacy.personal(sealedText(), { ...datum, to: ['courier'] }),
      nameIndex: privacy.blindIndex(indexText(), 'name'),
      alias: privacy.personal(sealedText(), {
        ...datum,
        title: { zh: '别名', en: 'Alias' },
        to: ['courier'],
      }),
      account: privacy.personal(text(), {
        ...datum,
        ...clear,
        title: { zh: '账号', en: 'Account' },
        category: 'financial-account',
        sensitive: true,
        source: 'third-party',
        collectedFor: ['music'],
        purposes: ['own'],
        keep: { max: 'P1Y', from: 'row.createdAt', min: { duration: 'P6M', law: 'CSL 23(1)' } },
      }),
      visits: privacy.plain(integer(), 'a number'),
      createdAt: privacy.plain(text(), 'anchor'),
    },
    {
      tenant: { none: 'test' },
      subject: 'id',
      title: { zh: '读者', en: 'Readers' },
      rows: 'delete',
      access: { lending: ['select'], safety: ['select'], own: ['select'] },
    },
  );
  return { registry: buildRegistry(privacy), datum };
}

test('LIST-0 each service lists what is collected for it, in one row per set of facts, each datum once', () => {
  const name = {
    fields: ['Name', 'Alias'],
    method: 'Provided by the user',
    purpose: 'To lend; To keep safe',
    basis: 'Necessary for the contract (PIPL, Art. 13(1)(2)); Public interest',
    retention: 'until the account is closed',
    afterExpiry: 'deleted',
    recipients: ['Courier'],
    sensitive: false,
  };
  const account = {
    fields: ['Account'],
    method: 'Obtained from a third party',
    purpose: 'To answer',
    basis: 'Necessary for the contract',
    retention: '1 year after the record is made (at least 6 months by CSL, Art. 23(1))',
    afterExpiry: 'deleted',
    recipients: [],
    sensitive: true,
  };
  expect(collectionList(library().registry, 'en')).toEqual([
    { key: 'reading', title: 'Reading', rows: [name] },
    { key: 'music', title: 'Music', rows: [name, account] },
  ]);
});

test('LIST-10 the list is Chinese in every sign', () => {
  const [, music] = collectionList(library().registry, 'zh');
  expect(music?.rows.map(({ purpose, basis, retention }) => [purpose, basis, retention])).toEqual([
    [
      '借阅；安全',
      '订立、履行合同所必需（《个人信息保护法》第十三条第一款第二项）；公共利益',
      '至账户注销为止',
    ],
    ['查阅', '订立、履行合同所必需', '记录产生后1年（依《网络安全法》第二十三条第一款至少保存6个月）'],
  ]);
});

test('how long a datum is kept and what happens then is said for every term and every verb', () => {
  const { registry, datum } = library();
  const kept = (max: string, from: string) =>
    describeRetention({ ...datum, keep: { max, from } }, registry.vocabulary, 'zh');
  expect([kept('P1Y6MT2H', 'row.createdAt'), kept('PT30M', 'unheard-of')]).toEqual([
    '记录产生后1年6个月2小时',
    'unheard-of后30分钟',
  ]);
  const verbs = [
    'null',
    'unlink',
    { generalise: 'hour' },
    { retain: { duration: 'P1Y', law: 'CSL 23' } },
  ] as const;
  expect(verbs.map((verb) => describeAfterExpiry(verb, 'en'))).toEqual([
    'cleared',
    'the link to you is cut',
    'only the hour is left, and names no person',
    'restricted, deleted when the lawful period ends',
  ]);
});

test('only comments that are not what is declared are written, and only on columns that are there', async () => {
  const { registry } = library();
  const stale = (rows: Record<string, unknown>[]) => staleCommentsSql(registry, async () => rows);
  expect(await stale([])).toBe('');
  expect(await stale([{ place: 'library.readers.visits', comment: '{"plain":"a number"}' }])).toBe('');
  expect(await stale([{ place: 'library.readers.visits', comment: null }])).toBe(
    `comment on column "library"."readers"."visits" is '{"plain":"a number"}';`,
  );
  const privacy = createPrivacy({ purposes: {}, recipients: {}, services: {}, anchors: {} });
  const table = privacy.privacyTable(
    pgSchema('library'),
    'shelves',
    { places: privacy.plain(integer()) },
    { tenant: { none: 'test' }, rows: { notPersonal: 'test' }, access: {} },
  );
  expect(table.places.name).toBe('places');
  const rows = [{ place: 'library.shelves.places', comment: 'old' }];
  expect(await staleCommentsSql(buildRegistry(privacy), async () => rows)).toBe(
    `comment on column "library"."shelves"."places" is '{"plain":true}';`,
  );
});
