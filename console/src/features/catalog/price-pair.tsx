import { useTranslations } from 'use-intl';
import type { Model } from '../../shared/api/entities.ts';
import { formatYuan, pricePerMillion } from '../../shared/money.ts';
import classes from './catalog.module.css';

/** Input and output price per million tokens. */
export function PricePair({ price, hasOutput }: { price: Model['price']; hasOutput: boolean }) {
  const t = useTranslations('catalog');
  if (price === null) return <p className={classes.unpriced}>{t('unpriced')}</p>;
  return (
    <dl className={classes.prices}>
      <div>
        <dt>{t('input')}</dt>
        <dd className="numeric">
          {formatYuan(pricePerMillion(price.input))} <small>{t('perMillion')}</small>
        </dd>
      </div>
      {hasOutput && (
        <div>
          <dt>{t('output')}</dt>
          <dd className="numeric">
            {formatYuan(pricePerMillion(price.output))} <small>{t('perMillion')}</small>
          </dd>
        </div>
      )}
    </dl>
  );
}
