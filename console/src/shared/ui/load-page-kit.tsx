import { lazy } from 'react';
import type * as pageKit from './page-kit.ts';

let arrive: (kit: typeof pageKit) => void;
const arrival = new Promise<typeof pageKit>((resolve) => {
  arrive = resolve;
});

/** What every page needs except the sign-in page, which is the first one of most visits and stays light. */
export async function loadPageKit(): Promise<void> {
  arrive(await import('./page-kit.ts'));
}

/** Where short messages appear, from the first page on that may show one. */
export const NotificationPlace = lazy(async () => ({ default: (await arrival).Notifications }));
