import { KeyRound, Users } from 'lucide-react';
import { defineFeature } from '../../shared/feature.ts';
import { routes } from './routes.ts';

export const identity = defineFeature({
  name: 'identity',
  routes,
  texts: {
    'zh-CN': async () => (await import('./texts.zh.ts')).texts,
    en: async () => (await import('./texts.en.ts')).texts,
  },
  uses: ['privacy', 'audit'],
  problems: {
    'zh-CN': async () => ({ problems: (await import('./problems.zh.ts')).problemsZh }),
    en: async () => ({ problems: (await import('./problems.en.ts')).problemsEn }),
  },
  fieldsByProblem: {
    'identity.email_taken': ['email'],
    'identity.phone_taken': ['phone'],
    'identity.username_lookalike': ['username'],
    'identity.username_taken': ['username'],
    'identity.weak_password': ['password', 'newPassword'],
    'identity.wrong_code': ['code'],
  },
  navigation: [
    { group: 'models', to: '/keys', label: { 'zh-CN': 'API 密钥', en: 'API keys' }, icon: KeyRound },
    { group: 'operator', to: '/operator/tenants', label: { 'zh-CN': '租户', en: 'Tenants' }, icon: Users },
  ],
});
