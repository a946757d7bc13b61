import { citeLaw } from './cite-law.ts';
import type { AnyDatum, PolicyVocabulary } from './declare.ts';
import type { EraseRule } from './declaration-types.ts';

export type Language = 'zh' | 'en';

/** "6 months after the event was recorded, at least 6 months by CSL 21(3)": how long a datum is kept, in words. */
export function describeRetention(datum: AnyDatum, vocabulary: PolicyVocabulary, language: Language): string {
  const anchor = vocabulary.anchors[datum.keep.from]?.[language] ?? datum.keep.from;
  const span = describeDuration(datum.keep.max, language);
  const ceiling = span === null ? untilText(anchor, language) : afterText(span, anchor, language);
  if (datum.keep.min === undefined) return ceiling;
  const floor = describeDuration(datum.keep.min.duration, language) ?? '';
  const law = lawText(datum.keep.min.law, vocabulary, language);
  return language === 'zh'
    ? `${ceiling}（依${law}至少保存${floor}）`
    : `${ceiling} (at least ${floor} by ${law})`;
}

/** A citation in full, where the vocabulary knows its law. */
export function lawText(citation: string, { laws }: PolicyVocabulary, language: Language): string {
  return laws === undefined ? citation : citeLaw(laws, citation, language);
}

/** What happens when the time is over. */
export function describeAfterExpiry(rule: EraseRule, language: Language): string {
  if (typeof rule === 'object' && 'generalise' in rule) return coarserTexts[rule.generalise][language];
  return afterExpiryTexts[typeof rule === 'string' ? rule : 'retain'][language];
}

const afterExpiryTexts = {
  'delete-row': { zh: '删除', en: 'deleted' },
  null: { zh: '清空', en: 'cleared' },
  tombstone: { zh: '以随机值替换', en: 'replaced by a random value' },
  shred: { zh: '删除并销毁密钥', en: 'deleted, its key destroyed' },
  unlink: { zh: '断开与您的关联', en: 'the link to you is cut' },
  retain: { zh: '限制处理，法定期限届满后删除', en: 'restricted, deleted when the lawful period ends' },
} as const;

/** A value made coarser is not deleted: its row stays, and names no person. */
const coarserTexts = {
  month: { zh: '仅保留月份，不再指向任何人', en: 'only the month is left, and names no person' },
  hour: { zh: '仅保留小时，不再指向任何人', en: 'only the hour is left, and names no person' },
  'ip-prefix': { zh: '仅保留网段，不再指向任何人', en: 'only the network is left, and names no person' },
} as const;

function untilText(anchor: string, language: Language): string {
  return language === 'zh' ? `至${anchor}为止` : `until ${anchor}`;
}

function afterText(span: string, anchor: string, language: Language): string {
  return language === 'zh' ? `${anchor}后${span}` : `${span} after ${anchor}`;
}

const units = [
  ['Y', { zh: '年', en: 'year' }],
  ['M', { zh: '个月', en: 'month' }],
  ['D', { zh: '天', en: 'day' }],
  ['TH', { zh: '小时', en: 'hour' }],
  ['TM', { zh: '分钟', en: 'minute' }],
  ['TS', { zh: '秒', en: 'second' }],
] as const;

/** Words for an ISO 8601 duration; null for a duration of zero. */
export function describeDuration(duration: string, language: Language): string | null {
  const [date = '', time = ''] = duration.slice(1).split('T');
  const amounts = new Map<string, number>();
  for (const [, amount, unit] of date.matchAll(/(\d+)([YMD])/g)) amounts.set(unit ?? '', Number(amount));
  for (const [, amount, unit] of time.matchAll(/(\d+)([HMS])/g)) amounts.set(`T${unit}`, Number(amount));
  const words = units.flatMap(([unit, text]) => {
    const amount = amounts.get(unit) ?? 0;
    if (amount === 0) return [];
    return language === 'zh' ? [`${amount}${text.zh}`] : [`${amount} ${text.en}${amount === 1 ? '' : 's'}`];
  });
  return words.length === 0 ? null : words.join(language === 'zh' ? '' : ' ');
}
