import { type Feature, navigationGroups, type NavigationItem } from '../shared/feature.ts';
import { features } from './features.ts';

const items: readonly NavigationItem[] = features.flatMap(({ navigation = [] }: Feature) => navigation);

const groups = navigationGroups.map((group) => ({
  group,
  items: items.filter((item) => item.group === group),
}));

export const operatorNavigation = groups.filter(({ group }) => group === 'operator' || group === 'officer');
export const navigation = groups.filter((group) => !operatorNavigation.includes(group));
