import type { MeterPrice } from '../../shared/api/entities.ts';
import { formatYuan } from '../../shared/money.ts';
import classes from './catalog.module.css';
import { useMeters } from './use-meters.ts';
import { usePerUnits } from './use-per-units.ts';

/** What a version says, word for word: each meter with its fraction. */
export function PriceList({ prices }: { prices: readonly MeterPrice[] }) {
  const { meters, wordOf } = useMeters();
  const perUnits = usePerUnits();
  return (
    <ul className={classes.priceList}>
      {prices.map((price) => {
        const unit = meters.find(({ name }) => name === price.meter)?.unit;
        return (
          <li key={price.meter}>
            {wordOf(price.meter)}{' '}
            <span className="numeric nowrap">
              {formatYuan(price.micros)} {unit !== undefined && perUnits(price.perUnits, unit)}
            </span>
          </li>
        );
      })}
    </ul>
  );
}
