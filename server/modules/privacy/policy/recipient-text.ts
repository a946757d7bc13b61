import type { Language, LocalisedText } from '@candor/privacy-engine';
import type { OutsideRecipient } from '../../../declare/outside-recipients.ts';

/** A country in words; `Intl` knows all of them. */
export function regionText(region: string, language: Language): string {
  const names = new Intl.DisplayNames([language === 'zh' ? 'zh-CN' : 'en'], { type: 'region' });
  return names.of(region) ?? region;
}

const mechanisms: Record<NonNullable<OutsideRecipient['mechanism']>, LocalisedText> = {
  'security-assessment': { zh: '通过数据出境安全评估', en: 'security assessment passed' },
  certification: { zh: '通过个人信息保护认证', en: 'certified for protection of personal information' },
  'standard-contract': {
    zh: '订立个人信息出境标准合同',
    en: 'standard contract for the export of personal information',
  },
};

/** One recipient with everything PIPL 23 and 39 want to be said of it. */
export function recipientText(recipient: OutsideRecipient, language: Language): string {
  const { name, region, contact, contract, retentionDays, mechanism } = recipient;
  const country = regionText(region, language);
  if (language === 'zh') {
    const kept = retentionDays === 0 ? '不保存' : `最长保存 ${retentionDays} 天`;
    const allowed = mechanism === null ? '' : `；${mechanisms[mechanism].zh}`;
    return `${name}（${country}）：联系方式 ${contact}；依据 ${contract}；${kept}；不用于训练${allowed}。`;
  }
  const kept = retentionDays === 0 ? 'kept not at all' : `kept ${retentionDays} days at most`;
  const allowed = mechanism === null ? '' : `; ${mechanisms[mechanism].en}`;
  return `${name} (${country}): contact ${contact}; under ${contract}; ${kept}; not used for training${allowed}.`;
}
