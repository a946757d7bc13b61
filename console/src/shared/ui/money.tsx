import { formatSignedYuan, formatYuan, type YuanDigits } from '../money.ts';
import classes from './money.module.css';

interface MoneyProps {
  micros: number | bigint;
  digits?: YuanDigits;
  isSigned?: boolean;
}

export function Money({ micros, digits = 'auto', isSigned = false }: MoneyProps) {
  const tone = isSigned && BigInt(micros) > 0n ? classes.in : undefined;
  return (
    <span className={`numeric nowrap ${tone ?? ''}`}>
      {isSigned ? formatSignedYuan(micros, digits) : formatYuan(micros, digits)}
    </span>
  );
}

/** A figure worth a second look: cents small, so that the yuan can be read across the room. */
export function BigMoney({ micros, size = 34 }: { micros: number | bigint; size?: number }) {
  const text = formatYuan(micros);
  const point = text.indexOf('.');
  return (
    <span className={`numeric ${classes.big ?? ''}`} style={{ fontSize: size }}>
      {text.slice(0, point)}
      <span className={classes.fraction}>{text.slice(point)}</span>
    </span>
  );
}
