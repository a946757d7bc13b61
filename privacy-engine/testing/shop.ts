import { pgSchema, text, timestamp } from 'drizzle-orm/pg-core';
import { createPrivacy } from '../declare.ts';
import { definePurposes, defineRecipients } from '../define-policy.ts';

/** A small application that is not Candor: the engine must not know which cloud it serves. */
export function createShop() {
  const purposes = definePurposes({
    orders: {
      basis: 'contract',
      cite: 'PIPL 13(1)(2)',
      essential: true,
      scope: 'tenant',
      duringRestriction: 'continues',
      text: { zh: '处理订单', en: 'To fulfil orders' },
    },
    research: {
      basis: 'public-interest',
      essential: false,
      scope: 'platform',
      duringRestriction: 'stops',
      text: { zh: '研究', en: 'Research' },
    },
  });
  const recipients = defineRecipients({
    courier: { role: 'entrusted', region: 'CN', text: { zh: '快递公司', en: 'Courier' } },
  });
  const privacy = createPrivacy({
    purposes,
    recipients,
    services: { buying: { zh: '购买', en: 'Buying' } },
    anchors: {
      'row.createdAt': { zh: '记录产生', en: 'the record is made' },
      'account.closed': { zh: '账户注销', en: 'the account is closed' },
    },
  });
  const schema = pgSchema('shop');
  const customers = privacy.privacyTable(
    schema,
    'customers',
    {
      id: privacy.plain(text().primaryKey(), 'random identifier'),
      shopId: privacy.plain(text().notNull(), 'random identifier'),
      postalAddress: privacy.personal(text().notNull(), {
        title: { zh: '收货地址', en: 'Postal address' },
        subject: 'id',
        category: 'contact',
        source: 'user',
        collectedFor: ['buying'],
        purposes: ['orders'],
        keep: { max: 'P90D', from: 'row.createdAt', min: { duration: 'P30D', law: 'Some Law 7' } },
        keyClass: 'core',
        onErase: 'delete-row',
        export: 'yes',
        edit: 'self',
        to: ['courier'],
        log: 'never',
        clear: 'an example without keys',
      }),
      createdAt: privacy.plain(timestamp({ withTimezone: true }).notNull(), 'anchor of the term'),
    },
    {
      tenant: 'shopId',
      subject: 'id',
      title: { zh: '顾客', en: 'Customers' },
      rows: 'delete',
      access: { orders: ['select', 'insert', 'update'], research: ['select'] },
    },
  );
  return { privacy, schema, customers };
}

/** A complete datum to vary in tests. */
export const completeDatum = {
  title: { zh: '备注', en: 'Note' },
  subject: 'id',
  category: 'content',
  source: 'user',
  collectedFor: ['buying'],
  purposes: ['orders'],
  keep: { max: 'P0D', from: 'account.closed' },
  keyClass: 'content',
  onErase: 'delete-row',
  export: 'yes',
  edit: 'self',
  log: 'never',
  clear: 'an example without keys',
} as const;
