import type { QueryClient } from '@tanstack/react-query';
import { type AnyRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { SignedOutFrame } from '../features/identity/signed-out-frame.tsx';
import { operator, root, type RouterContext, signedIn, signedOut } from '../shared/doors.ts';
import type { Door, Feature, TextsByLanguage } from '../shared/feature.ts';
import type { TextStore } from '../shared/i18n/text-store.ts';
import { loadPageKit } from '../shared/ui/load-page-kit.tsx';
import { BrokenPage, LoadingPage, MissingPage } from './fault-pages.tsx';
import { features } from './features.ts';
import { problemWords, signInTexts, textsOf } from './messages.ts';

type RoutesOf<All extends readonly Feature[], At extends Door> = All extends readonly [
  infer First extends Feature,
  ...infer Rest extends readonly Feature[],
]
  ? [
      ...(First extends { routes: Readonly<Record<At, infer Routes extends readonly AnyRoute[]>> }
        ? Routes
        : []),
      ...RoutesOf<Rest, At>,
    ]
  : [];

/** The routes of all features behind one door, each with its own type, so that links are checked. */
function routesBehind<At extends Door>(door: At): RoutesOf<typeof features, At> {
  const routes = features.flatMap((feature: Feature) =>
    (feature.routes?.[door] ?? []).map((route) =>
      door === 'signedOut'
        ? withTexts(route, signInTexts, isSignIn(route))
        : withTexts(route, [...textsOf(feature.name), ...problemWords], false),
    ),
  );
  // Guarantee: the type walks over the same features in the same order.
  return routes as unknown as RoutesOf<typeof features, At>;
}

function isSignIn({ options }: AnyRoute): boolean {
  return 'path' in options && options.path === '/login';
}

/** The texts of a page, and unless it is light what all other pages need, are loaded beside its code. */
function withTexts<Route extends AnyRoute>(
  route: Route,
  texts: readonly TextsByLanguage[],
  isLight: boolean,
): Route {
  const loader = ({ context }: { context: RouterContext }) =>
    Promise.all([context.texts.need(texts), isLight ? undefined : loadPageKit()]);
  Object.assign(route.options, { loader });
  return route;
}

root.update({ errorComponent: BrokenPage, notFoundComponent: MissingPage });
signedOut.update({ component: SignedOutFrame });
withTexts(signedOut, signInTexts, true);
signedIn.update({ component: lazyRouteComponent(() => import('./shell/shell.tsx'), 'Shell') });
// The frame asks for a first password and for the acceptance of a changed policy.
withTexts(signedIn, [...textsOf('identity'), ...textsOf('privacy'), ...problemWords], false);

const routeTree = root.addChildren([
  ...routesBehind('root'),
  signedOut.addChildren(routesBehind('signedOut')),
  signedIn.addChildren([...routesBehind('signedIn'), operator.addChildren(routesBehind('operator'))]),
]);

export function createConsoleRouter(queryClient: QueryClient, texts: TextStore) {
  return createRouter({
    routeTree,
    context: { queryClient, texts },
    defaultPreload: 'intent',
    defaultPendingMs: 250,
    defaultPendingMinMs: 150,
    defaultPendingComponent: LoadingPage,
    defaultErrorComponent: BrokenPage,
    defaultNotFoundComponent: MissingPage,
    scrollRestoration: true,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createConsoleRouter>;
  }
}
