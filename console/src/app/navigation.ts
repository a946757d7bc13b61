import { billingNavigation } from '../features/billing/navigation.ts';
import { catalogNavigation } from '../features/catalog/navigation.ts';
import { gatewayNavigation } from '../features/gateway/navigation.ts';
import { identityNavigation } from '../features/identity/navigation.ts';
import { notificationsNavigation } from '../features/notifications/navigation.ts';
import { officerNavigation } from '../features/officer/navigation.ts';
import { overviewNavigation } from '../features/overview/navigation.ts';
import { privacyNavigation } from '../features/privacy/navigation.ts';
import { walletNavigation } from '../features/wallet/navigation.ts';
import { navigationGroups, type NavigationItem } from '../shared/feature.ts';

/** The entries of a group are shown in this order. */
const items: readonly NavigationItem[] = [
  ...overviewNavigation,
  ...notificationsNavigation,
  ...catalogNavigation,
  ...gatewayNavigation,
  ...identityNavigation,
  ...walletNavigation,
  ...billingNavigation,
  ...privacyNavigation,
  ...officerNavigation,
];

const groups = navigationGroups.map((group) => ({
  group,
  items: items.filter((item) => item.group === group),
}));

export const operatorNavigation = groups.filter(({ group }) => group === 'operator' || group === 'officer');
export const navigation = groups.filter((group) => !operatorNavigation.includes(group));
