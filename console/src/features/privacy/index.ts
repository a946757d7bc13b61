import { Eye, SlidersHorizontal, MessageSquareText, BadgeCheck } from 'lucide-react';
import { defineFeature } from '../../shared/feature.ts';
import { routes } from './routes.ts';

export const privacy = defineFeature({
  name: 'privacy',
  routes,
  texts: {
    'zh-CN': async () => (await import('./texts.zh.ts')).texts,
    en: async () => (await import('./texts.en.ts')).texts,
  },
  uses: ['identity'],
  problems: {
    'zh-CN': async () => ({ problems: (await import('./problems.zh.ts')).problemsZh }),
    en: async () => ({ problems: (await import('./problems.en.ts')).problemsEn }),
  },
  fieldsByProblem: {
    'privacy.wrong_case_code': ['code'],
  },
  navigation: [
    {
      group: 'trust',
      to: '/privacy',
      label: { 'zh-CN': 'Candor 知道我什么', en: 'What Candor knows' },
      icon: Eye,
    },
    {
      group: 'trust',
      to: '/privacy/choices',
      label: { 'zh-CN': '我的选择', en: 'My choices' },
      icon: SlidersHorizontal,
    },
    {
      group: 'trust',
      to: '/privacy/requests',
      label: { 'zh-CN': '我的请求', en: 'My requests' },
      icon: MessageSquareText,
    },
    {
      group: 'trust',
      to: '/privacy/proofs',
      label: { 'zh-CN': '我的凭证', en: 'My proofs' },
      icon: BadgeCheck,
    },
  ],
});
