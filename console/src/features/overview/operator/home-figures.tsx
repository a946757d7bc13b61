import { Link } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import type { OperatorHome } from '../../../shared/api/entities.ts';
import { Sparkline } from '../../../shared/charts/sparkline.tsx';
import { BigMoney } from '../../../shared/ui/money.tsx';
import { Figure } from '../figure.tsx';
import figures from '../overview.module.css';
import classes from './operator-home.module.css';

/** How the day and the month go. */
export function HomeFigures({ home: { revenue, calls, models } }: { home: OperatorHome }) {
  const t = useTranslations('operatorHome');
  const count = `numeric ${figures.count ?? ''}`;
  return (
    <div className={`${figures.figures ?? ''} ${classes.figures ?? ''}`}>
      <Figure label={t('today')} isReady foot={t('revenueHint')}>
        <BigMoney micros={revenue.todayMicros} size={28} />
      </Figure>
      <Figure label={t('month')} isReady foot={<RevenueFoot revenue={revenue} />}>
        <BigMoney micros={revenue.monthMicros} size={28} />
      </Figure>
      <Figure label={t('calls')} isReady foot={<CallsFoot calls={calls} />}>
        <span className={count}>{calls.today.toLocaleString('en-US')}</span>
      </Figure>
      <Figure label={t('models')} isReady foot={<Link to="/operator/prices">{t('toPrices')}</Link>}>
        <span className={count}>{models.priced.toLocaleString('en-US')}</span>
      </Figure>
    </div>
  );
}

function RevenueFoot({ revenue: { days } }: Pick<OperatorHome, 'revenue'>) {
  const t = useTranslations('operatorHome');
  const values = days.map(({ chargeMicros }) => chargeMicros);
  if (values.every((value) => value === 0)) return t('noRevenue');
  return <Sparkline values={values} label={t('trend')} />;
}

function CallsFoot({ calls: { today, failedToday } }: Pick<OperatorHome, 'calls'>) {
  const t = useTranslations('operatorHome');
  if (today === 0) return t('noCalls');
  if (failedToday === 0) return t('noneFailed');
  return (
    <Link to="/operator/upstreams" className={classes.failed}>
      {t('failed', { count: failedToday })}
    </Link>
  );
}
