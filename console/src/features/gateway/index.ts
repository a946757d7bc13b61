import { MessagesSquare, Network } from 'lucide-react';
import { defineFeature } from '../../shared/feature.ts';
import { routes } from './routes.ts';

export const gateway = defineFeature({
  name: 'gateway',
  routes,
  texts: {
    'zh-CN': async () => (await import('./texts.zh.ts')).texts,
    en: async () => (await import('./texts.en.ts')).texts,
  },
  uses: ['catalog'],
  problems: {
    'zh-CN': async () => ({ problems: (await import('./problems.zh.ts')).problemsZh }),
    en: async () => ({ problems: (await import('./problems.en.ts')).problemsEn }),
  },
  fieldsByProblem: {
    'gateway.upstream_name_taken': ['name'],
  },
  navigation: [
    {
      group: 'models',
      to: '/playground',
      label: { 'zh-CN': '对话体验', en: 'Playground' },
      icon: MessagesSquare,
      needs: 'chat',
    },
    {
      group: 'operator',
      to: '/operator/upstreams',
      label: { 'zh-CN': '上游', en: 'Upstreams' },
      icon: Network,
    },
  ],
});
