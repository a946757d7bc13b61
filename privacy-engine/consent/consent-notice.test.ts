import { pgSchema, text } from 'drizzle-orm/pg-core';
import { expect, test } from 'vitest';
import { createPrivacy } from '../declare.ts';
import type { ConsentText } from '../declaration-types.ts';
import { buildRegistry, type Registry } from '../registry.ts';
import { consentNotice, consentPurposes, consentScopeHash } from './consent-notice.ts';

const consent: ConsentText = {
  title: { zh: '资讯', en: 'Letters' },
  method: { zh: '每月一封', en: 'One letter a month' },
  extent: { zh: '仅地址', en: 'The address only' },
  until: { zh: '撤回为止。', en: 'Until taken back.' },
  refusal: { zh: '没有影响', en: 'Changes nothing' },
};

interface Wishes {
  readonly max?: string;
  readonly to?: readonly ('printer' | 'courier')[];
  readonly usesPhone?: boolean;
  readonly why?: string;
  readonly method?: string;
}

/** A shop that writes letters to persons who agreed. */
function shop({ max = 'P30D', to = [], usesPhone = false, why = 'Letters', method }: Wishes = {}): Registry {
  const privacy = createPrivacy({
    purposes: {
      letters: {
        basis: 'consent',
        essential: false,
        scope: 'platform',
        duringRestriction: 'stops',
        text: { zh: '寄送资讯', en: why },
        consent: method === undefined ? consent : { ...consent, method: { zh: method, en: method } },
      },
      orders: {
        basis: 'contract',
        essential: true,
        scope: 'platform',
        duringRestriction: 'continues',
        text: { zh: '订单', en: 'Orders' },
      },
    },
    recipients: {
      printer: { role: 'entrusted', region: 'CN', text: { zh: '印刷厂', en: 'Printer' } },
      courier: {
        role: 'entrusted',
        region: 'CN',
        purposes: ['orders'],
        text: { zh: '快递公司', en: 'Courier' },
      },
    },
    services: { buying: { zh: '购买', en: 'Buying' } },
    anchors: { 'row.createdAt': { zh: '记录产生', en: 'the record is made' } },
  });
  const fact = {
    subject: 'id',
    category: 'contact',
    source: 'user',
    collectedFor: ['buying'],
    keep: { max, from: 'row.createdAt' },
    keyClass: 'core',
    onErase: 'delete-row',
    export: 'yes',
    edit: 'self',
    log: 'never',
    clear: 'an example without keys',
    to,
  } as const;
  privacy.privacyTable(
    pgSchema('shop'),
    'customers',
    {
      id: privacy.plain(text().primaryKey(), 'random identifier'),
      address: privacy.personal(text(), {
        ...fact,
        title: { zh: '地址', en: 'Address' },
        purposes: ['letters', 'orders'],
      }),
      phone: privacy.personal(text(), {
        ...fact,
        title: { zh: '电话', en: 'Telephone' },
        purposes: usesPhone ? ['letters', 'orders'] : ['orders'],
      }),
      createdAt: privacy.plain(text(), 'time'),
    },
    {
      tenant: { none: 'one shop' },
      subject: 'id',
      title: { zh: '顾客', en: 'Customers' },
      rows: 'delete',
      access: { letters: ['select'], orders: ['select'] },
    },
  );
  return buildRegistry(privacy);
}

test('CHIPL-1.5.d the notice names exactly the data the purpose may use', () => {
  const notice = consentNotice(shop(), 'letters', 'en');
  const textOf = (key: string) => notice.sections.find((section) => section.key === key)?.text;
  expect(textOf('data')).toBe('Customers: Address');
  expect(textOf('recipients')).toBe('No recipient other than this platform.');
  expect(textOf('until')).toContain('Address: kept 30 days after the record is made.');
  const wider = consentNotice(shop({ usesPhone: true, to: ['printer'] }), 'letters', 'en');
  expect(wider.sections.find(({ key }) => key === 'data')?.text).toBe('Customers: Address, Telephone');
  expect(wider.sections.find(({ key }) => key === 'recipients')?.text).toBe('Printer');
});

test('who receives a datum for another purpose only is no recipient of this one, nor part of what it covers', () => {
  const wider = shop({ to: ['courier', 'printer'] });
  expect(consentNotice(wider, 'letters', 'en').sections.find(({ key }) => key === 'recipients')?.text).toBe(
    'Printer',
  );
  expect(consentScopeHash(wider, 'letters')).toBe(consentScopeHash(shop({ to: ['printer'] }), 'letters'));
});

test('the notice is Chinese in every sign', () => {
  const { title, sections } = consentNotice(shop({ usesPhone: true, to: ['printer'] }), 'letters', 'zh');
  expect([title, ...sections.slice(0, 6).map(({ text: body }) => body)]).toEqual([
    '资讯',
    '寄送资讯',
    '顾客：地址、电话',
    '每月一封',
    '仅地址',
    '撤回为止。 地址保存期限：记录产生后30天。 电话保存期限：记录产生后30天。',
    '印刷厂',
  ]);
});

test('PIPL 14(2) what a consent covers changes with purpose, method, data, recipients and time, and with nothing else', () => {
  const covered = (wishes?: Wishes) => consentScopeHash(shop(wishes), 'letters');
  expect(covered()).toBe(covered({}));
  const changes: Wishes[] = [
    { why: 'Letters and calls' },
    { method: 'Two letters a month' },
    { usesPhone: true },
    { to: ['printer'] },
    { max: 'P60D' },
  ];
  expect(new Set([covered(), ...changes.map(covered)]).size).toBe(1 + changes.length);
});

test('every change of a text is another text', () => {
  const [zh, en] = [consentNotice(shop(), 'letters', 'zh'), consentNotice(shop(), 'letters', 'en')];
  expect(zh.hash).not.toBe(en.hash);
  expect(consentNotice(shop(), 'letters', 'en').hash).toBe(en.hash);
  expect(consentNotice(shop({ method: 'Two letters a month' }), 'letters', 'en').hash).not.toBe(en.hash);
});

test('a purpose that does not rest on consent has nothing to agree to', () => {
  expect(consentPurposes(shop())).toEqual(['letters']);
  expect(() => consentNotice(shop(), 'orders', 'en')).toThrow('does not rest on consent');
});
