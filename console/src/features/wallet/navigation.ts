import { CreditCard, Landmark } from 'lucide-react';
import type { NavigationItem } from '../../shared/feature.ts';

export const navigation: readonly NavigationItem[] = [
  { group: 'money', to: '/wallet', label: { 'zh-CN': '钱包', en: 'Wallet' }, icon: CreditCard },
  {
    group: 'operator',
    to: '/operator/bank-transfers',
    label: { 'zh-CN': '对公转账入账', en: 'Bank transfers' },
    icon: Landmark,
  },
];
