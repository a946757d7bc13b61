import classes from './charts.module.css';

const width = 120;
const height = 34;

/** The shape of the last days, without figures. */
export function Sparkline({ values, label }: { values: readonly number[]; label: string }) {
  const largest = Math.max(1, ...values);
  const step = values.length > 1 ? width / (values.length - 1) : width;
  const points = values.map(
    (value, index) =>
      `${(index * step).toFixed(1)},${(height - 2 - (value / largest) * (height - 5)).toFixed(1)}`,
  );
  if (points.length < 2) return null;
  return (
    <svg
      className={classes.sparkline}
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <path className={classes.sparkArea} d={`M0,${height} L${points.join(' L')} L${width},${height} Z`} />
      <path className={classes.sparkLine} d={`M${points.join(' L')}`} vectorEffect="non-scaling-stroke" />
    </svg>
  );
}
