import { Eye, SlidersHorizontal, MessageSquareText, BadgeCheck } from 'lucide-react';
import type { NavigationItem } from '../../shared/feature.ts';

export const navigation: readonly NavigationItem[] = [
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
];
