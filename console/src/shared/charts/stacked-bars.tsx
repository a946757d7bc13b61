import { useElementSize } from '@mantine/hooks';
import { useState, type KeyboardEvent } from 'react';
import { useJoinedWords } from '../i18n/join-words.ts';
import { labelStride, niceTicks } from './scale.ts';
import classes from './charts.module.css';

export interface Series {
  key: string;
  label: string;
  /** One value for each bucket. */
  values: readonly number[];
}

interface StackedBarsProps {
  /** What the picture shows, for those who do not see it. */
  label: string;
  buckets: readonly { key: number; short: string; long: string }[];
  series: readonly Series[];
  formatValue: (value: number) => string;
  formatAxis?: (value: number) => string;
  totalLabel: string;
  height?: number;
}

const chartColors = 6;
const axisHeight = 22;
const topSpace = 8;

export function seriesColor(index: number): string {
  return `var(--chart-${(index % chartColors) + 1})`;
}

function totalAt(series: readonly Series[], bucket: number): number {
  return series.reduce((sum, one) => sum + (one.values[bucket] ?? 0), 0);
}

/** Stacked bars over time, drawn in SVG. A slider to the keyboard: arrow keys walk from bar to bar and read each out. */
export function StackedBars(props: StackedBarsProps) {
  const { label, buckets, series, formatValue, formatAxis = formatValue, height = 220 } = props;
  const { ref, width } = useElementSize();
  const { labelled } = useJoinedWords();
  const [active, setActive] = useState<number | undefined>(undefined);

  const ticks = niceTicks(Math.max(0, ...buckets.map((_, bucket) => totalAt(series, bucket))));
  const top = ticks.at(-1) ?? 1;
  const axisWidth = Math.max(...ticks.map((tick) => formatAxis(tick).length)) * 6.6 + 12;
  const plotWidth = Math.max(0, width - axisWidth);
  const plotHeight = height - axisHeight - topSpace;
  const step = buckets.length === 0 ? 0 : plotWidth / buckets.length;
  const barWidth = Math.max(1, Math.min(34, step * 0.68));
  const stride = labelStride(buckets.length, plotWidth, 56);
  const yOf = (value: number) => topSpace + plotHeight - (value / top) * plotHeight;

  const shown = active ?? Math.max(0, buckets.length - 1);

  function onKeyDown(event: KeyboardEvent) {
    if (event.key !== 'ArrowRight' && event.key !== 'ArrowLeft') return;
    event.preventDefault();
    const next = shown + (event.key === 'ArrowRight' ? 1 : -1);
    setActive(Math.min(buckets.length - 1, Math.max(0, next)));
  }

  return (
    <div
      className={classes.chart}
      ref={ref}
      style={{ height }}
      role="slider"
      tabIndex={0}
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={Math.max(0, buckets.length - 1)}
      aria-valuenow={shown}
      aria-valuetext={labelled(buckets[shown]?.long ?? '', formatValue(totalAt(series, shown)))}
      onKeyDown={onKeyDown}
      onBlur={() => setActive(undefined)}
      onPointerLeave={() => setActive(undefined)}
    >
      {width > 0 && (
        <svg width={width} height={height} aria-hidden="true">
          {ticks.map((tick) => (
            <g key={tick}>
              <line className={classes.grid} x1={axisWidth} x2={width} y1={yOf(tick)} y2={yOf(tick)} />
              <text
                className={classes.tick}
                x={axisWidth - 8}
                y={yOf(tick)}
                textAnchor="end"
                dominantBaseline="middle"
              >
                {formatAxis(tick)}
              </text>
            </g>
          ))}
          {buckets.map((bucket, index) => {
            const center = axisWidth + step * (index + 0.5);
            return (
              <g key={bucket.key} opacity={active === undefined || active === index ? 1 : 0.45}>
                <Stack series={series} bucket={index} x={center - barWidth / 2} width={barWidth} yOf={yOf} />
                {index % stride === 0 && (
                  <text className={classes.tick} x={center} y={height - 5} textAnchor="middle">
                    {bucket.short}
                  </text>
                )}
                <rect
                  x={center - step / 2}
                  y={0}
                  width={step}
                  height={height}
                  fill="transparent"
                  onPointerEnter={() => setActive(index)}
                  onPointerDown={() => setActive(index)}
                />
              </g>
            );
          })}
        </svg>
      )}
      {active !== undefined && (
        <Tip {...props} active={active} x={axisWidth + step * (active + 0.5)} width={width} />
      )}
    </div>
  );
}

interface StackProps {
  series: readonly Series[];
  bucket: number;
  x: number;
  width: number;
  yOf: (value: number) => number;
}

function Stack({ series, bucket, x, width, yOf }: StackProps) {
  let below = 0;
  return series.map((one, index) => {
    const value = one.values[bucket] ?? 0;
    if (value === 0) return null;
    const bottom = yOf(below);
    below += value;
    const top = yOf(below);
    const gap = index === 0 ? 0 : 1;
    const height = Math.max(1, bottom - top - gap);
    return (
      <rect
        key={one.key}
        x={x}
        y={top}
        width={width}
        height={height}
        rx={Math.min(3, width / 3)}
        fill={seriesColor(index)}
      />
    );
  });
}

function Tip({
  buckets,
  series,
  formatValue,
  totalLabel,
  active,
  x,
  width,
}: StackedBarsProps & { active: number; x: number; width: number }) {
  const shown = series
    .map((one, index) => ({ ...one, index, value: one.values[active] ?? 0 }))
    .filter((one) => one.value > 0);
  const isOnRight = x > width / 2;
  return (
    <div
      className={classes.tip}
      role="status"
      style={isOnRight ? { right: width - x + 14 } : { left: x + 14 }}
    >
      <p className={classes.tipTitle}>{buckets[active]?.long}</p>
      {shown.map((one) => (
        <p key={one.key} className={classes.tipRow}>
          <span className={classes.swatch} style={{ background: seriesColor(one.index) }} />
          <span className={classes.tipLabel}>{one.label}</span>
          <span className="numeric">{formatValue(one.value)}</span>
        </p>
      ))}
      {shown.length !== 1 && (
        <p className={classes.tipRow}>
          <span className={classes.tipLabel}>{totalLabel}</span>
          <span className="numeric">{formatValue(totalAt(series, active))}</span>
        </p>
      )}
    </div>
  );
}

export function Legend({ series }: { series: readonly Series[] }) {
  return (
    <ul className={classes.legend}>
      {series.map((one, index) => (
        <li key={one.key}>
          <span className={classes.swatch} style={{ background: seriesColor(index) }} />
          {one.label}
        </li>
      ))}
    </ul>
  );
}
