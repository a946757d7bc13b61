import { Gauge, MessagesSquare, Network } from 'lucide-react';
import type { NavigationItem } from '../../shared/feature.ts';

export const navigation: readonly NavigationItem[] = [
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
  {
    group: 'operator',
    to: '/operator/limits',
    label: { 'zh-CN': '限流', en: 'Rate limits' },
    icon: Gauge,
  },
];
