import { LayoutDashboard } from 'lucide-react';
import type { NavigationItem } from '../../shared/feature.ts';

export const navigation: readonly NavigationItem[] = [
  { group: 'top', to: '/', label: { 'zh-CN': '概览', en: 'Overview' }, icon: LayoutDashboard },
];
