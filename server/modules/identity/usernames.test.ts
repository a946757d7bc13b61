import { expect, test } from 'vitest';
import { newId, newTimelessId } from '../../kernel/id.ts';
import { skeletonOf } from './name-skeleton.ts';
import { brokenNameRule, normaliseUsername } from './usernames.ts';

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

test('names that speak for the installation are refused, however they are written; words that only contain one are not', () => {
  const reserved = [
    newTimelessId('user'),
    newId('key').toUpperCase(),
    ...(
      '操作员 operator1 candor-support Candor官方 admin1 администратор noreply no-reply superuser sysadmin owner ' +
      '平台 null undefined the.operator 0perator1 007admin007 my_admin àdmin øperator mycandor 张三客服 ówner'
    ).split(' '),
  ];
  for (const name of reserved) expect([name, ruleOf(name)]).toEqual([name, 'reserved']);
  for (const name of [
    'ownerships',
    'rooter',
    'nullarbor',
    'helpfulharry',
    'user_bob',
    'supporter9',
    'adminton',
  ])
    expect([name, ruleOf(name)]).toEqual([name, null]);
});

test('digits of other scripts, which look like letters, are no part of a name', () => {
  for (const name of ['b\u0665b', '\u09e6peter'])
    expect([name, ruleOf(name)]).toEqual([name, 'wrong_format']);
});

test('letters that draw nothing are no part of a name', () => {
  for (const name of [
    'alice\u3164',
    '張三\u3164',
    'operator\u115f',
    '\u3164\u3164',
    'a\u1160b',
    'bo\uffa0b',
    'a\u{13441}',
  ])
    expect([name, ruleOf(name)]).toEqual([name, 'wrong_format']);
});

test('words of rank around a role, another script beside a reserved word, and letters that resemble the name at a glance speak for the installation', () => {
  for (const name of (
    'superadmin SuperAdmin siteadmin myadmin AdminTeam superoperator rootadmin super-operator2 admin张三 张三admin ' +
    'support客 canclor my.canclor adnnin 网管 网管小王 超级用户 站长 dpo dpo1 operatorteam'
  ).split(' '))
    expect([name, ruleOf(name)]).toEqual([name, 'reserved']);
});

test('people whose names begin or end like a reserved word keep them', () => {
  for (const name of (
    'damien admiral adminah administra ada dominic nina anna clara candice supriya staffan roots 王管 王平 李支 ' +
    'zhang三 tesla一号 张一 一一 丁一 master mastermind sitei teamwork appleby officer ownerships'
  ).split(' '))
    expect([name, ruleOf(name)]).toEqual([name, null]);
});

test('a letter that looks like a mark makes no other name; in the scripts it belongs to it is a letter', () => {
  for (const name of 'aliceʼ aliceʹ aliceꞏ aliceـ alice丨 alice丶 aliceー aliceꞌ alǃce aliceㅣ alice一 alice々 ʻalice 丨alice aliceㄧ'.split(
    ' ',
  ))
    expect([name, ruleOf(name)]).toEqual([name, 'wrong_format']);
  for (const name of 'ヤマダー サーバー さゝき 佐々木 らーめん taro佐々木 مريم 김민준 jürgen łukasz'.split(
    ' ',
  ))
    expect([name, ruleOf(name)]).toEqual([name, null]);
});

test.each([
  ['scope', 'ѕсоре', 'sсоpе'],
  ['bob', 'b0b', 'bоb', 'ьоь'],
  ['mary', 'rnary', 'màrỳ', 'ᴍary'],
  ['wilhelm', 'vvilhelm', 'w1lhe1m', 'wiłhełm'],
  ['xau', 'χαυ', 'хаᴜ'],
  ['口力', 'ロカ'],
  ['nous', 'ոօսs'],
])('%s and its lookalikes have one skeleton', (name, ...lookalikes) => {
  for (const other of lookalikes)
    expect([other, skeletonOf(normaliseUsername(other))]).toEqual([other, skeletonOf(name)]);
});

test('names that cannot be mistaken for each other have skeletons of their own', () => {
  const names = ['bob', 'rob', 'li.na', 'lina', 'li-na', 'がく', 'かく', '王伟', '王玮'];
  expect(new Set(names.map(skeletonOf)).size).toBe(names.length);
});
