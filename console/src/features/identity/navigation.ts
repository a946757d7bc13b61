import { KeyRound, Users } from 'lucide-react';
import type { NavigationItem } from '../../shared/feature.ts';

export const navigation: readonly NavigationItem[] = [
  { group: 'models', to: '/keys', label: { 'zh-CN': 'API 密钥', en: 'API keys' }, icon: KeyRound },
  { group: 'operator', to: '/operator/tenants', label: { 'zh-CN': '租户', en: 'Tenants' }, icon: Users },
];
