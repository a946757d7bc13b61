import { expect, test } from 'vitest';
import { chineseNumber, citeLaw, isCitation } from './cite-law.ts';

const laws = {
  PIPL: {
    title: { zh: '个人信息保护法', en: 'Personal Information Protection Law' },
    source: 'https://example.cn',
  },
  'Civil Code': { title: { zh: '民法典', en: 'Civil Code' }, source: 'https://example.cn' },
};

test('a citation names the law, the article, the paragraph and the item in full', () => {
  expect(citeLaw(laws, 'PIPL 13(1)[2]', 'zh')).toBe('《个人信息保护法》第十三条第一款第二项');
  expect(citeLaw(laws, 'PIPL 13(1)[2]', 'en')).toBe('Personal Information Protection Law, Art. 13(1)(2)');
  expect(citeLaw(laws, 'PIPL 44-47', 'zh')).toBe('《个人信息保护法》第四十四条至第四十七条');
  expect(citeLaw(laws, 'PIPL 44-47, 50; Civil Code 188', 'en')).toBe(
    'Personal Information Protection Law, Art. 44–47, 50, Civil Code, Art. 188',
  );
  expect(citeLaw(laws, 'PIPL 31, 49; Civil Code 188', 'zh')).toBe(
    '《个人信息保护法》第三十一条、第四十九条、《民法典》第一百八十八条',
  );
});

test('a law that is not in the table cannot be cited', () => {
  expect(() => citeLaw(laws, 'Some Law 3', 'zh')).toThrow('cites no law');
  expect(['44', 'Some Law 3', 'PIPL', ''].map((text) => isCitation(laws, text))).toEqual([
    false,
    false,
    false,
    false,
  ]);
  expect(isCitation(laws, 'PIPL 44')).toBe(true);
});

test('articles are counted as Chinese counts them', () => {
  const words = [1, 10, 11, 20, 101, 110, 132, 1003, 1260].map(chineseNumber);
  expect(words).toEqual([
    '一',
    '十',
    '十一',
    '二十',
    '一百零一',
    '一百一十',
    '一百三十二',
    '一千零三',
    '一千二百六十',
  ]);
});
