import { integer, pgSchema, text } from 'drizzle-orm/pg-core';
import { expect, test } from 'vitest';
import { collectionList } from './collection-list.ts';
import { staleCommentsSql } from './column-comments.ts';
import { compileSql } from './compile-sql.ts';
import { describeRules } from './find-drift.ts';
import { createPrivacy, sealedText } from './declare.ts';
import { DeclarationError } from './declaration-error.ts';
import { describeDuration } from './describe-retention.ts';
import { buildRegistry } from './registry.ts';
import { completeDatum, createShop } from './testing/shop.ts';

const options = {
  loginRole: 'shop_app',
  rolePrefix: 'shop_p_',
  restrictionTable: 'shop.restrictions',
  settings: { tenant: 'shop.tenant', subject: 'shop.subject' },
};

test('the same declarations have the same hash, another promise has another', () => {
  const first = buildRegistry(createShop().privacy);
  expect(buildRegistry(createShop().privacy).hash).toBe(first.hash);
  const { privacy, schema } = createShop();
  privacy.privacyTable(
    schema,
    'notes',
    { id: privacy.plain(text(), 'random identifier') },
    {
      tenant: { none: 'test' },
      rows: { notPersonal: 'test' },
      access: {},
    },
  );
  expect(buildRegistry(privacy).hash).not.toBe(first.hash);
});

test('contradictions are all named at once', () => {
  const { privacy, schema } = createShop();
  privacy.privacyTable(
    schema,
    'notes',
    {
      id: privacy.plain(text(), 'random identifier'),
      note: privacy.personal(text(), {
        ...completeDatum,
        category: 'health',
        subject: 'owner',
        keep: { max: '1 year', from: 'row.createdAt' },
      }),
    },
    { tenant: { none: 'test' }, rows: { notPersonal: 'wrong' }, access: { research: ['insert'] } },
  );
  expect(() => buildRegistry(privacy)).toThrow(DeclarationError);
  try {
    buildRegistry(privacy);
  } catch (error) {
    const text = String(error);
    expect(text).toContain('category health is sensitive (PIPL 28)');
    expect(text).toContain('subject column owner does not exist');
    expect(text).toContain('"1 year" is not an ISO 8601 duration');
    expect(text).toContain('purpose orders has no access to the table');
    expect(text).toContain('purpose research may insert the row but is no purpose of the column');
    expect(text).toContain('must carry its subject id');
    expect(text).toContain('need a title people understand');
    expect(text).toContain('declared not personal');
  }
});

test('every unexplained column of a row about a person is named, all at once', () => {
  const { privacy, schema } = createShop();
  privacy.privacyTable(
    schema,
    'visits',
    {
      id: privacy.plain(text().primaryKey(), 'random identifier'),
      state: privacy.plain(text(), ' '),
      // As a caller without types could: the compiler refuses a number without a reason here.
      count: { ...privacy.plain(integer()), why: null } as ReturnType<typeof privacy.blindIndex>,
    },
    { tenant: { none: 'test' }, subject: 'id', rows: 'delete', access: {} },
  );
  const problems = catchProblems(() => buildRegistry(privacy));
  expect(problems).toContain('shop.visits.state: says why it tells');
  expect(problems).toContain('shop.visits.count: says why it tells');
});

test('a row of an account cannot wait for what a person decides, nor hide under their key', () => {
  const { privacy, schema } = createShop();
  const { clear: _clear, ...sealedDatum } = completeDatum;
  const datum = { ...completeDatum, subject: 'shopId', onErase: 'unlink' } as const;
  privacy.privacyTable(
    schema,
    'sales',
    {
      id: privacy.plain(text().primaryKey(), 'random identifier'),
      shopId: privacy.plain(text().notNull(), 'random identifier'),
      amount: privacy.personal(integer(), datum),
      note: privacy.personal(sealedText(), { ...sealedDatum, subject: 'shopId', onErase: 'null' }),
      buyer: privacy.personal(text(), { ...datum, subject: 'id' }),
    },
    {
      tenant: 'shopId',
      subject: 'shopId',
      subjectIs: 'account',
      rows: 'keep-unlinked',
      access: { orders: ['select'], research: ['select'] },
    },
  );
  const problems = catchProblems(() => buildRegistry(privacy));
  expect(problems).toContain('a person may stop the purpose research, but the row names an account only');
  expect(problems).toContain('shop.sales.note: is sealed under the key of a person');
  expect(problems).toContain("shop.sales.buyer: is about a person, but the rows are an account's");
  expect(problems).not.toContain('shop.sales.amount:');
});

test('what stays without a link needs a row that loses it', () => {
  const { privacy, schema } = createShop();
  const datum = { ...completeDatum, subject: 'ownerId', onErase: 'unlink' } as const;
  privacy.privacyTable(
    schema,
    'letters',
    {
      id: privacy.plain(text().primaryKey(), 'random identifier'),
      ownerId: privacy.plain(text(), 'random identifier'),
      sentAt: privacy.personal(integer(), datum),
    },
    { tenant: { none: 'test' }, subject: 'ownerId', rows: 'delete', access: { orders: ['select'] } },
  );
  expect(catchProblems(() => buildRegistry(privacy))).toContain(
    'shop.letters.sentAt: stays in a row that no longer says whose it is, but the row still says it',
  );
});

function catchProblems(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(DeclarationError);
    return String(error);
  }
  return '';
}

test('a column of fixed words that people are shown says each of them in both languages', () => {
  const { privacy, schema } = createShop();
  const size = privacy.personal(text({ enum: ['small', 'large'] }).notNull(), {
    ...completeDatum,
    subject: 'owner',
    words: { small: { zh: '小', en: 'small' } },
  });
  privacy.privacyTable(
    schema,
    'boxes',
    { id: privacy.plain(text().primaryKey(), 'random'), owner: privacy.plain(text(), 'random'), size },
    {
      tenant: { none: 'test' },
      subject: 'owner',
      title: { zh: '盒子', en: 'Boxes' },
      rows: 'delete',
      access: {},
    },
  );
  expect(() => buildRegistry(privacy)).toThrow('size: is shown to people, who need words for large');
});

test('a purpose on consent does not compile without a source of consents', () => {
  const privacy = createPrivacy({
    purposes: {
      marketing: {
        basis: 'consent',
        essential: false,
        scope: 'platform',
        duringRestriction: 'stops',
        text: { zh: '营销', en: 'Marketing' },
        consent: {
          title: { zh: '营销', en: 'Marketing' },
          method: { zh: '邮件', en: 'By mail' },
          extent: { zh: '每月一封', en: 'One a month' },
          until: { zh: '撤回为止', en: 'Until taken back' },
          refusal: { zh: '没有影响', en: 'Changes nothing' },
        },
      },
    },
    recipients: {},
    services: {},
    anchors: {},
  });
  const registry = buildRegistry(privacy);
  expect(() => compileSql(registry, options)).toThrow('rests on consent');
});

test('DRUN-5.4 only the purposes of a column are granted its column', () => {
  const sql = compileSql(buildRegistry(createShop().privacy), options);
  expect(sql).toContain(
    'grant select ("id", "shop_id", "postal_address", "created_at") on "shop"."customers" to "shop_p_orders";',
  );
  expect(sql).toContain(
    'grant select ("id", "shop_id", "created_at") on "shop"."customers" to "shop_p_research";',
  );
  expect(sql).not.toContain('grant delete');
});

test('names of schemas, purposes and reasons cannot break out of the compiled script and of comments', async () => {
  const privacy = createPrivacy({ purposes: {}, recipients: {}, services: {}, anchors: {} });
  privacy.privacyTable(
    pgSchema('we"ird'),
    "o'clock",
    { id: privacy.plain(text(), `it's "quoted"`) },
    {
      tenant: { none: 'test' },
      rows: { notPersonal: 'test' },
      access: {},
    },
  );
  const registry = buildRegistry(privacy);
  expect(compileSql(registry, options)).toContain(`"we""ird"."o'clock"`);
  const query = async () => [{ place: `we"ird.o'clock.id`, comment: null }];
  expect(await staleCommentsSql(registry, query)).toBe(
    `comment on column "we""ird"."o'clock"."id" is '{"plain":"it''s \\"quoted\\""}';`,
  );
});

test('LIST-0 LIST-10 the collection list is a projection of the registry in both languages', () => {
  const registry = buildRegistry(createShop().privacy);
  expect(collectionList(registry, 'en')).toEqual([
    {
      key: 'buying',
      title: 'Buying',
      rows: [
        {
          fields: ['Postal address'],
          method: 'Provided by the user',
          purpose: 'To fulfil orders',
          basis: 'Necessary for the contract (PIPL 13(1)(2))',
          retention: '90 days after the record is made (at least 30 days by Some Law 7)',
          afterExpiry: 'deleted',
          recipients: ['Courier'],
          sensitive: false,
        },
      ],
    },
  ]);
  expect(collectionList(registry, 'zh')[0]?.rows[0]?.fields).toEqual(['收货地址']);
});

test('durations read like a person would say them', () => {
  expect(describeDuration('P1Y6M', 'en')).toBe('1 year 6 months');
  expect(describeDuration('PT10M', 'zh')).toBe('10分钟');
  expect(describeDuration('P0D', 'en')).toBeNull();
});

test('without a purpose on consent there is nothing to look consents up in, and no rule names what is not there', () => {
  const registry = buildRegistry(createShop().privacy);
  const consents = { events: 'shop.consents', view: 'privacy_engine.shop_consents' };
  expect(compileSql(registry, { ...options, consents })).not.toContain('shop_consents');
  expect(compileSql(registry, options)).not.toContain('undefined');
  const columns = ['id', 'shop_id', 'postal_address', 'created_at'].map((name) => `shop.customers.${name}`);
  for (const rules of [options, { ...options, consents }]) {
    const facts = describeRules(registry, rules);
    expect(facts.columns).toEqual(columns);
    expect(facts.personal).toEqual(['shop.customers.postal_address']);
    expect(facts.grants.filter((fact) => fact.includes('consents'))).toEqual([]);
  }
});

test('a purpose may enter the schemas in which it has access to a table, and no other', () => {
  const { privacy } = createShop();
  privacy.privacyTable(
    pgSchema('stock'),
    'boxes',
    { id: privacy.plain(text(), 'random identifier') },
    { tenant: { none: 'test' }, rows: { notPersonal: 'test' }, access: { orders: ['select'] } },
  );
  const rules = compileSql(buildRegistry(privacy), options);
  expect(rules).toContain('grant usage on schema "stock" to "shop_p_orders"');
  expect(rules).not.toContain('grant usage on schema "stock" to "shop_p_research"');
});
