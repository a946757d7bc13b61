import { ChartColumn, Logs, ReceiptText } from 'lucide-react';
import type { NavigationItem } from '../../shared/feature.ts';

export const navigation: readonly NavigationItem[] = [
  { group: 'models', to: '/usage', label: { 'zh-CN': '用量', en: 'Usage' }, icon: ChartColumn },
  { group: 'models', to: '/requests', label: { 'zh-CN': '调用记录', en: 'Request log' }, icon: Logs },
  { group: 'money', to: '/bills', label: { 'zh-CN': '账单', en: 'Bills' }, icon: ReceiptText },
];
