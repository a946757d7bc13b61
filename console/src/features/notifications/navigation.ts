import { Inbox } from 'lucide-react';
import type { NavigationItem } from '../../shared/feature.ts';

export const navigation: readonly NavigationItem[] = [
  { group: 'operator', to: '/operator/outbox', label: { 'zh-CN': '发件箱', en: 'Outbox' }, icon: Inbox },
];
