import { Badge } from '@mantine/core';
import { useTranslations } from 'use-intl';
import type { PrivacyCase } from '../../../shared/api/entities.ts';
import { useNow } from '../../../shared/now.ts';
import { billingDate, dayMs } from '../../../shared/time.ts';
import classes from './requests.module.css';

type Clock = PrivacyCase['clocks']['receipt'] & { isPaused?: boolean };

/** The two terms of the law as two lines with today on them. */
export function CaseClocks({ clocks, isOpen }: { clocks: PrivacyCase['clocks']; isOpen: boolean }) {
  const t = useTranslations('requests');
  const { receipt, verification, decidedBy } = clocks;
  const ends = [receipt.dueOn, verification?.dueOn ?? receipt.dueOn].toSorted();
  const range = { from: dayOf(receipt.startedOn), to: dayOf(ends.at(-1) ?? receipt.dueOn) };
  return (
    <section aria-label={t('clocks')} className={classes.clocks}>
      <p className={classes.clocksTitle}>{t('clocks')}</p>
      <ClockLine
        title={t('clockReceipt')}
        clock={receipt}
        range={range}
        isDeciding={decidedBy === 'receipt'}
        isOpen={isOpen}
      />
      {verification === null ? (
        <div className={classes.clock}>
          <span>{t('clockVerification')}</span>
          <span className={classes.faint}>{t('notVerified')}</span>
        </div>
      ) : (
        <ClockLine
          title={t('clockVerification')}
          clock={verification}
          range={range}
          isDeciding={decidedBy === 'verification'}
          isOpen={isOpen}
        />
      )}
    </section>
  );
}

/** A civil day as a number of days. */
function dayOf(date: string): number {
  return Date.parse(`${date}T00:00:00Z`) / dayMs;
}

interface ClockLineProps {
  title: string;
  clock: Clock;
  range: { from: number; to: number };
  isDeciding: boolean;
  isOpen: boolean;
}

function ClockLine({ title, clock, range, isDeciding, isOpen }: ClockLineProps) {
  const t = useTranslations('requests');
  const today = dayOf(billingDate(useNow()));
  const span = Math.max(1, range.to - range.from);
  const share = (day: number) => Math.min(100, Math.max(0, ((day - range.from) / span) * 100));
  const start = share(dayOf(clock.startedOn));
  const end = share(dayOf(clock.dueOn));
  const now = share(today);
  const isLate = today > dayOf(clock.dueOn);
  return (
    <div className={classes.clock} data-deciding={isDeciding || undefined}>
      <span className={classes.clockTitle}>
        {title}
        {isDeciding && <Badge color={isLate && isOpen ? 'cinnabar' : 'celadon'}>{t('decides')}</Badge>}
        {clock.isPaused === true && <Badge color="gray">{t('paused')}</Badge>}
      </span>
      <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" className={classes.clockLine}>
        <line x1="0" x2="100" y1="5" y2="5" className={classes.clockGround} />
        <line x1={start} x2={end} y1="5" y2="5" className={classes.clockSpan} />
        {isOpen && (
          <line
            x1={start}
            x2={Math.max(start, Math.min(now, end))}
            y1="5"
            y2="5"
            className={classes.clockGone}
            data-late={isLate || undefined}
          />
        )}
        {isOpen && <line x1={now} x2={now} y1="0" y2="10" className={classes.clockNow} />}
      </svg>
      <span className={`${classes.faint} numeric`}>
        {t('from', { at: clock.startedOn })} · {t('until', { at: clock.dueOn })}
        {clock.isProvisional && <span title={t('provisionalHint')}> · {t('provisional')}</span>}
      </span>
    </div>
  );
}
