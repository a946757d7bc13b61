import { useElementSize } from '@mantine/hooks';
import { useTranslations } from 'use-intl';
import { seriesColor } from '../../../shared/charts/stacked-bars.tsx';
import { useNow } from '../../../shared/now.ts';
import { dayMs, formatTime } from '../../../shared/time.ts';
import { horizonDays, type Lifetime, positionOf, ticksFor } from './lifetimes.ts';
import classes from './overview.module.css';

const trackHeight = 26;
const labelPx = 66;

/** Each kind of data as a line that burns down to the day it is deleted. */
export function LifetimeChart({ lifetimes }: { lifetimes: readonly Lifetime[] }) {
  const t = useTranslations('knows');
  const { ref, width } = useElementSize();
  const now = useNow();
  const horizon = horizonDays(lifetimes, now);
  const most = Math.max(...lifetimes.map(({ count }) => count));
  return (
    <div className={classes.chart}>
      <div className={classes.axis} aria-hidden="true">
        <span className={classes.axisNow}>{t('today')}</span>
        <div ref={ref} className={classes.axisTicks}>
          {ticksFor(horizon, width, labelPx).map((days) => (
            <span key={days} style={{ left: `${positionOf(days * dayMs, 0, horizon) * 100}%` }}>
              {t(`ticks.${days}`)}
            </span>
          ))}
        </div>
      </div>
      <ol className={classes.lifetimes} aria-label={t('chartLabel')}>
        {lifetimes.map((lifetime) => (
          <li key={lifetime.key}>
            <a href={`#${lifetime.key}`} className={classes.lifetime} title={lifetime.rule}>
              <span className={classes.lifetimeTitle}>
                {lifetime.title}
                <span className="numeric">{lifetime.count}</span>
              </span>
              <Track lifetime={lifetime} share={lifetime.count / most} now={now} horizon={horizon} />
              <LifetimeWords lifetime={lifetime} />
            </a>
          </li>
        ))}
      </ol>
    </div>
  );
}

interface TrackProps {
  lifetime: Lifetime;
  share: number;
  now: number;
  horizon: number;
}

/** Full until the oldest row goes, thinning out until the newest has gone; without a date it runs off the picture. */
function Track({ lifetime, share, now, horizon }: TrackProps) {
  const { firstAt, lastAt, colorIndex, key } = lifetime;
  const color = seriesColor(colorIndex);
  const height = 4 + 12 * Math.sqrt(share);
  const top = (trackHeight - height) / 2;
  const first = firstAt === null ? 1 : positionOf(firstAt, now, horizon);
  const last = lastAt === null ? 1 : positionOf(lastAt, now, horizon);
  const fadesFrom = lastAt === null ? 0.3 : first / Math.max(last, 0.001);
  return (
    <svg
      className={classes.track}
      viewBox={`0 0 100 ${trackHeight}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <defs>
        <linearGradient id={`fade-${key}`}>
          <stop offset={fadesFrom} stopColor={color} />
          <stop offset={1} stopColor={color} stopOpacity={lastAt === null ? 0.08 : 0.45} />
        </linearGradient>
      </defs>
      <line className={classes.trackLine} x1="0" x2="100" y1={trackHeight / 2} y2={trackHeight / 2} />
      <rect x="0" y={top} width={Math.max(last * 100, 0.8)} height={height} fill={`url(#fade-${key})`} />
      {lastAt !== null && (
        <line
          className={classes.trackEnd}
          stroke={color}
          x1={last * 100}
          x2={last * 100}
          y1={trackHeight / 2 - 10}
          y2={trackHeight / 2 + 10}
        />
      )}
    </svg>
  );
}

function LifetimeWords({ lifetime: { firstAt, lastAt, rule } }: { lifetime: Lifetime }) {
  const t = useTranslations('knows');
  // The law behind a term stands beside the data; here the term is enough.
  if (lastAt === null) return <span className={classes.goes}>{rule.split(/\s?[(（]/)[0]}</span>;
  const last = formatTime(lastAt, 'day');
  const first = firstAt === null ? last : formatTime(firstAt, 'day');
  return (
    <span className={`${classes.goes} numeric`}>
      {first === last ? t('goesOn', { at: last }) : t('goesBetween', { first, last })}
    </span>
  );
}
