import {
  BadgeCheck,
  Building2,
  ChartColumn,
  CreditCard,
  Eraser,
  Eye,
  Hourglass,
  KeyRound,
  Landmark,
  LayoutDashboard,
  Megaphone,
  MessageSquareText,
  MessagesSquare,
  Network,
  ReceiptText,
  Scale,
  SlidersHorizontal,
  Sparkles,
  Tags,
  TreeDeciduous,
  Users,
  Vault,
  Inbox,
  type LucideIcon,
} from 'lucide-react';

export const navigation = [
  { group: undefined, items: [{ to: '/', label: 'overview', icon: LayoutDashboard }] },
  {
    group: 'groupModels',
    items: [
      { to: '/models', label: 'models', icon: Sparkles },
      { to: '/playground', label: 'playground', icon: MessagesSquare },
      { to: '/keys', label: 'keys', icon: KeyRound },
      { to: '/usage', label: 'usage', icon: ChartColumn },
    ],
  },
  {
    group: 'groupMoney',
    items: [
      { to: '/wallet', label: 'wallet', icon: CreditCard },
      { to: '/bills', label: 'bills', icon: ReceiptText },
    ],
  },
  {
    group: 'groupTrust',
    items: [
      { to: '/privacy', label: 'privacy', icon: Eye },
      { to: '/privacy/choices', label: 'choices', icon: SlidersHorizontal },
      { to: '/privacy/requests', label: 'requests', icon: MessageSquareText },
      { to: '/privacy/proofs', label: 'proofs', icon: BadgeCheck },
    ],
  },
] as const satisfies readonly NavigationGroup[];

export const operatorNavigation = [
  {
    group: 'groupOperator',
    items: [
      { to: '/operator/outbox', label: 'outbox', icon: Inbox },
      { to: '/operator/tenants', label: 'tenants', icon: Users },
      { to: '/operator/bank-transfers', label: 'bankTransfers', icon: Landmark },
      { to: '/operator/prices', label: 'prices', icon: Tags },
      { to: '/operator/upstreams', label: 'upstreams', icon: Network },
    ],
  },
  {
    group: 'groupOfficer',
    items: [
      { to: '/operator/requests', label: 'queue', icon: Scale },
      { to: '/operator/retention', label: 'retention', icon: Hourglass },
      { to: '/operator/erasures', label: 'erasures', icon: Eraser },
      { to: '/operator/audit-log', label: 'auditLog', icon: TreeDeciduous },
      { to: '/operator/keys', label: 'vaultKeys', icon: Vault },
      { to: '/operator/news', label: 'news', icon: Megaphone },
      { to: '/operator/installation', label: 'installation', icon: Building2 },
    ],
  },
] as const satisfies readonly NavigationGroup[];

interface NavigationGroup {
  group: string | undefined;
  items: readonly { to: string; label: string; icon: LucideIcon }[];
}
