import { Scale, Hourglass, Eraser, TreeDeciduous, Vault, Megaphone, Building2 } from 'lucide-react';
import type { NavigationItem } from '../../shared/feature.ts';

export const navigation: readonly NavigationItem[] = [
  {
    group: 'officer',
    to: '/operator/requests',
    label: { 'zh-CN': '个人信息申请', en: 'Requests' },
    icon: Scale,
  },
  {
    group: 'officer',
    to: '/operator/retention',
    label: { 'zh-CN': '保存期限', en: 'Retention' },
    icon: Hourglass,
  },
  {
    group: 'officer',
    to: '/operator/erasures',
    label: { 'zh-CN': '删除与证明', en: 'Erasures' },
    icon: Eraser,
  },
  {
    group: 'officer',
    to: '/operator/audit-log',
    label: { 'zh-CN': '审计日志', en: 'Audit log' },
    icon: TreeDeciduous,
  },
  { group: 'officer', to: '/operator/keys', label: { 'zh-CN': '密钥', en: 'Keys' }, icon: Vault },
  {
    group: 'officer',
    to: '/operator/news',
    label: { 'zh-CN': '动态与统计', en: 'News and statistics' },
    icon: Megaphone,
  },
  {
    group: 'officer',
    to: '/operator/installation',
    label: { 'zh-CN': '运营者', en: 'Operator' },
    icon: Building2,
  },
];
