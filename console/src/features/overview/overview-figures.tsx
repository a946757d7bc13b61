import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import type { Page, UsageBucket } from '../../shared/api/entities.ts';
import { Sparkline } from '../../shared/charts/sparkline.tsx';
import { bucketStarts, dayMs, startOf } from '../../shared/time.ts';
import { BigMoney } from '../../shared/ui/money.tsx';
import { ErrorState } from '../../shared/ui/states.tsx';
import { measureOf, totalOf, type Measure } from '../billing/parts.ts';
import { walletQuery } from '../wallet/parts.ts';
import { Figure } from './figure.tsx';
import classes from './overview.module.css';

interface OverviewFiguresProps {
  usage: UseQueryResult<Page<UsageBucket>>;
  now: number;
}

/** What there is, what it costs, how much is used. */
export function OverviewFigures({ usage, now }: OverviewFiguresProps) {
  const t = useTranslations('overview');
  const wallet = useQuery(walletQuery);
  if (usage.error !== null && usage.data === undefined) {
    return <ErrorState error={usage.error} onRetry={() => void usage.refetch()} />;
  }
  const rows = usage.data?.items;
  const since = (from: number) => (rows ?? []).filter((row) => Date.parse(row.bucket) >= from);
  const today = totalOf(since(startOf('day', now)));
  const month = totalOf(since(startOf('month', now)));

  return (
    <div className={classes.figures}>
      <Figure
        label={t('available')}
        isReady={wallet.data !== undefined}
        foot={<Link to="/wallet">{t('toWallet')}</Link>}
      >
        <BigMoney micros={wallet.data?.availableMicros ?? 0} size={28} />
      </Figure>
      <Figure
        label={t('today')}
        isReady={rows !== undefined}
        foot={t('requestCount', { count: callsOf(today) })}
      >
        <BigMoney micros={today.chargeMicros} size={28} />
      </Figure>
      <Figure
        label={t('month')}
        isReady={rows !== undefined}
        foot={<Trend rows={rows ?? []} now={now} measure="charge" label={t('trendSpend')} />}
      >
        <BigMoney micros={month.chargeMicros} size={28} />
      </Figure>
      <Figure
        label={t('requests')}
        isReady={rows !== undefined}
        foot={<Trend rows={rows ?? []} now={now} measure="call" label={t('trendRequests')} />}
      >
        <span className={`numeric ${classes.count ?? ''}`}>{callsOf(month).toLocaleString('en-US')}</span>
      </Figure>
    </div>
  );
}

function callsOf({ byMeter }: ReturnType<typeof totalOf>): number {
  return byMeter.get('gateway.calls')?.quantity ?? 0;
}

interface TrendProps {
  rows: readonly UsageBucket[];
  now: number;
  measure: Measure;
  label: string;
}

function Trend({ rows, now, measure, label }: TrendProps) {
  const days = bucketStarts('day', now - 13 * dayMs, now + 1);
  const values = days.map((day) =>
    rows
      .filter((row) => startOf('day', Date.parse(row.bucket)) === day)
      .reduce((sum, row) => sum + measureOf(row, measure), 0),
  );
  return <Sparkline values={values} label={label} />;
}
