import classes from './verify.module.css';

export type SealTone = 'waiting' | 'good' | 'bad';

const strokes: Record<SealTone, string> = {
  waiting: '',
  good: 'M34 51.5 45.5 63 68 39.5',
  bad: 'M38 38 63 63M63 38 38 63',
};

/** The verdict as a seal: a ring of points that closes when the signature holds. */
export function Seal({ tone }: { tone: SealTone }) {
  return (
    <svg className={classes.seal} data-tone={tone} viewBox="0 0 100 100" aria-hidden="true" focusable="false">
      <circle className={classes.sealRing} cx="50" cy="50" r="45" pathLength="72" />
      <circle className={classes.sealDisc} cx="50" cy="50" r="36" />
      <path className={classes.sealMark} d={strokes[tone]} pathLength="1" />
    </svg>
  );
}
