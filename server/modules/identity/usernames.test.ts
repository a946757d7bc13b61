import { expect, test } from 'vitest';
import { brokenNameRule, normaliseUsername, skeletonOf } from './usernames.ts';

const ruleOf = (name: string) => brokenNameRule(normaliseUsername(name))?.rule ?? null;

test('names of one script, and Latin beside the scripts of East Asia, are taken', () => {
  for (const name of [
    'alice',
    '张三',
    'zhang三',
    'Zoë9',
    'ヤマダtaro',
    '김철수',
    'иван',
    'a.b-c_d',
    'x2',
    'u_7k2mq9x4ab',
  ])
    expect([name, ruleOf(name)]).toEqual([name, null]);
});

test('mixed scripts, reserved names and their lookalikes, and what looks like a phone number are refused', () => {
  const refused = {
    mixed_scripts: ['pаypal', 'αlice', 'аlex', 'кate'],
    reserved: [
      'admin',
      'Admin',
      'a.d.m.i.n',
      '0perator',
      'ｃａｎｄｏｒ',
      'candоr'.replace('о', '0'),
      'supp0rt',
      'systern',
      '客服',
    ],
    like_a_phone: ['13800138000', '138-0013-8000', '8613800138000', '00000', '１３８００１３８０００'],
  };
  for (const [rule, names] of Object.entries(refused))
    for (const name of names) expect([name, ruleOf(name)]).toEqual([name, rule]);
});

test('lookalikes have one skeleton, other names have another', () => {
  expect(skeletonOf('ѕсоре')).toBe(skeletonOf('scope'));
  expect(skeletonOf('b0b')).toBe(skeletonOf('bob'));
  expect(skeletonOf('mary')).toBe(skeletonOf('rnary'));
  expect(skeletonOf('bob')).not.toBe(skeletonOf('rob'));
});
