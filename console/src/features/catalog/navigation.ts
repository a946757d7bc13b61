import { Sparkles, Tags } from 'lucide-react';
import type { NavigationItem } from '../../shared/feature.ts';

export const navigation: readonly NavigationItem[] = [
  { group: 'models', to: '/models', label: { 'zh-CN': '模型广场', en: 'Model catalogue' }, icon: Sparkles },
  { group: 'operator', to: '/operator/prices', label: { 'zh-CN': '价格', en: 'Prices' }, icon: Tags },
];
