import { Link, type LinkProps } from '@tanstack/react-router';
import { ChevronRight, CircleHelp, Landmark, Network, Scale, Tags, type LucideIcon } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { OperatorHome } from '../../../shared/api/entities.ts';
import { Panel } from '../../../shared/ui/page.tsx';
import classes from './operator-home.module.css';

interface Matter {
  readonly key: string;
  readonly icon: LucideIcon;
  readonly to: LinkProps['to'];
  readonly title: string;
  readonly text: string;
  readonly count: number;
  /** Customers or deadlines suffer until it is handled. */
  readonly isUrgent?: boolean;
}

/** What an operator has to act on, each with the page where it is done. */
export function WaitingPanel({ home }: { home: OperatorHome }) {
  const t = useTranslations('operatorHome');
  const matters = useMatters(home);
  const isQuiet = matters.every(({ count }) => count === 0);
  return (
    <Panel title={t('waiting')} description={t(isQuiet ? 'nothingWaits' : 'waitingHint')} isFlush>
      <ul className={classes.matters}>
        {matters.map(({ key, icon: Icon, to, title, text, count, isUrgent = false }) => (
          <li key={key}>
            <Link to={to} className={classes.matter} data-tone={toneOf(count, isUrgent)}>
              <Icon size={18} strokeWidth={1.8} aria-hidden="true" />
              <span className={classes.matterText}>
                <span className={classes.matterTitle}>{title}</span>
                <small>{text}</small>
              </span>
              <span className={`numeric ${classes.matterCount ?? ''}`}>{count.toLocaleString('en-US')}</span>
              <ChevronRight size={16} aria-hidden="true" />
            </Link>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function toneOf(count: number, isUrgent: boolean): 'quiet' | 'waiting' | 'urgent' {
  if (count === 0) return 'quiet';
  return isUrgent ? 'urgent' : 'waiting';
}

function useMatters({ upstreams, models, requests, payments }: OperatorHome): Matter[] {
  const t = useTranslations('operatorHome');
  const { healthy, failing, unknown, off } = upstreams;
  const hasUpstreams = healthy + failing + unknown + off > 0;
  return [
    {
      key: 'upstreams',
      icon: Network,
      to: '/operator/upstreams',
      title: t('upstreams'),
      text: hasUpstreams ? t('upstreamStates', { healthy, unknown, off }) : t('noUpstreams'),
      count: failing,
      isUrgent: true,
    },
    {
      key: 'unpriced',
      icon: Tags,
      to: '/operator/prices',
      title: t('unpriced'),
      text: t('unpricedText'),
      count: models.unpriced,
    },
    {
      key: 'requests',
      icon: Scale,
      to: '/operator/requests',
      title: t('requests'),
      text: t('requestsText', { overdue: requests.overdue, dueToday: requests.dueToday }),
      count: requests.open,
      isUrgent: requests.overdue + requests.dueToday > 0,
    },
    {
      key: 'bankTransfers',
      icon: Landmark,
      to: '/operator/bank-transfers',
      title: t('bankTransfers'),
      text: t('bankTransfersText'),
      count: payments.bankTransfers,
    },
    {
      key: 'suspended',
      icon: CircleHelp,
      to: '/operator/bank-transfers',
      title: t('suspended'),
      text: t('suspendedText'),
      count: payments.suspended,
    },
  ];
}
