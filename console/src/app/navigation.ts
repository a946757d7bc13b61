import { navigationGroups, type NavigationItem } from '../shared/feature.ts';
import { features } from './features.ts';

/** Found by their place, so that a feature is listed once; they are no part of it, because the start page needs none. */
const entries = import.meta.glob<readonly NavigationItem[]>('../features/*/navigation.ts', {
  import: 'navigation',
  eager: true,
});

/** The entries of a group are shown in the order of the features. */
const items = features.flatMap(({ name }) => entries[`../features/${name}/navigation.ts`] ?? []);

const groups = navigationGroups.map((group) => ({
  group,
  items: items.filter((item) => item.group === group),
}));

export const operatorNavigation = groups.filter(({ group }) => group === 'operator' || group === 'officer');
export const navigation = groups.filter((group) => !operatorNavigation.includes(group));
