import { ChartColumn, Logs, ReceiptText, ScanSearch } from 'lucide-react';
import type { NavigationItem } from '../../shared/feature.ts';

export const navigation: readonly NavigationItem[] = [
  { group: 'models', to: '/usage', label: { 'zh-CN': '用量', en: 'Usage' }, icon: ChartColumn },
  { group: 'models', to: '/requests', label: { 'zh-CN': '调用记录', en: 'Request log' }, icon: Logs },
  { group: 'money', to: '/bills', label: { 'zh-CN': '账单', en: 'Bills' }, icon: ReceiptText },
  {
    group: 'operator',
    to: '/operator/calls',
    label: { 'zh-CN': '客户的调用', en: 'Calls of accounts' },
    icon: ScanSearch,
  },
];
