import classes from './wordmark.module.css';

/** An open ring with a lamp in its opening: nothing closed, and a light on. */
export function Mark({ size = 28 }: { size?: number }) {
  return (
    <svg
      className={classes.mark}
      width={size}
      height={size}
      viewBox="0 0 32 32"
      aria-hidden="true"
      focusable="false"
    >
      <path
        d="M23.8 8.9a10.4 10.4 0 1 0 0 14.2"
        fill="none"
        stroke="currentColor"
        strokeWidth="3.4"
        strokeLinecap="round"
      />
      <circle className={classes.lamp} cx="22.6" cy="16" r="3" />
    </svg>
  );
}

export function Wordmark({ size = 26 }: { size?: number }) {
  return (
    <span className={classes.wordmark}>
      <Mark size={size} />
      <span style={{ fontSize: size * 0.76 }}>Candor</span>
    </span>
  );
}
