import { citeLaw, type Laws, type LocalisedText } from '@candor/privacy-engine';

/** Every law this cloud cites, with the title people know it by. Citations elsewhere use the short names. */
export const laws = {
  PIPL: {
    title: { zh: '个人信息保护法', en: 'Personal Information Protection Law' },
    source: 'https://www.npc.gov.cn/npc/c2/c30834/202108/t20210820_313088.html',
  },
  CSL: {
    // Articles are counted as amended, in force since 1 January 2026.
    title: { zh: '网络安全法', en: 'Cybersecurity Law' },
    source: 'https://flk.npc.gov.cn',
  },
  NDSR: {
    title: { zh: '网络数据安全管理条例', en: 'Network Data Security Regulations' },
    source: 'https://www.gov.cn/zhengce/content/202409/content_6977766.htm',
  },
  'Civil Code': {
    title: { zh: '民法典', en: 'Civil Code' },
    source: 'https://flk.npc.gov.cn',
  },
  'E-Commerce Law': {
    title: { zh: '电子商务法', en: 'E-Commerce Law' },
    source: 'https://flk.npc.gov.cn',
  },
  'National Security Law': {
    title: { zh: '国家安全法', en: 'National Security Law' },
    source: 'https://flk.npc.gov.cn',
  },
  'Accounting Archives Measures': {
    title: { zh: '会计档案管理办法', en: 'Measures for the Administration of Accounting Archives' },
    source: 'https://www.gov.cn/zhengce/2015-12/11/content_5712829.htm',
  },
} as const satisfies Laws;

/** A citation in both languages. */
export function cite(citation: string): LocalisedText {
  return { zh: citeLaw(laws, citation, 'zh'), en: citeLaw(laws, citation, 'en') };
}
