import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { useMe } from '../../shared/api/session.ts';
import { formatTime } from '../../shared/time.ts';

function partOfDay(now: number): 'morning' | 'afternoon' | 'evening' {
  const hour = Number(formatTime(now).slice(11, 13));
  if (hour >= 5 && hour < 12) return 'morning';
  return hour >= 12 && hour < 18 ? 'afternoon' : 'evening';
}

/** By the clock of Beijing, like all times of the console. */
export function useGreeting(): string {
  const t = useTranslations('overview');
  const { user } = useMe();
  const [now] = useState(() => Date.now());
  return t(partOfDay(now), { name: user.displayName ?? user.username ?? user.phone ?? '' });
}
