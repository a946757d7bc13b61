import type { Meter, Model } from '../../shared/api/entities.ts';
import { formatYuan, priceOfUnits } from '../../shared/money.ts';
import { Link } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import classes from './catalog.module.css';
import { unitsShown, useMeters } from './use-meters.ts';
import { usePerUnits } from './use-per-units.ts';

/** What each meter of a model costs, in the amounts people compare. */
export function PricePair({ model }: { model: Model }) {
  const t = useTranslations('catalog');
  const { meters, wordOf } = useMeters();
  const perUnits = usePerUnits();
  if (!model.isOffered) {
    return (
      <p className={classes.unpriced}>
        {t('unpriced')}{' '}
        <Link to="/operator/prices" search={{ pricing: model.id }} className={classes.toPricing}>
          {t('setPrice')}
        </Link>
      </p>
    );
  }
  return (
    <dl className={classes.prices}>
      {pricesOf(model, meters).map((price) => {
        const unit = meters.find(({ name }) => name === price.meter)?.unit;
        const units = unitsShown(unit);
        return (
          <div key={price.meter}>
            <dt>{wordOf(price.meter)}</dt>
            <dd className="numeric">
              {formatYuan(priceOfUnits(price, units))}{' '}
              {unit !== undefined && <small>{perUnits(units, unit)}</small>}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}

/** An embedding writes nothing, so the price of output says nothing about it. */
export function pricesOf({ price, kind }: Model, meters: readonly Meter[]) {
  return (price?.prices ?? []).filter(
    ({ meter }) => meters.find(({ name }) => name === meter)?.kinds.includes(kind) ?? true,
  );
}
