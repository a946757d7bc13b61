import { useTranslations } from 'use-intl';
import { useMeters } from './use-meters.ts';

/** `/ 1M tokens`, as prices are read. */
export function usePerUnits(): (units: number, unit: string) => string {
  const t = useTranslations('prices');
  const { unitAfter } = useMeters();
  return (units, unit) => {
    const word = unitAfter(units, unit);
    if (units === 1_000_000) return t('perMillion', { unit: word });
    return units === 1
      ? t('perOne', { unit: word })
      : t('perMany', { units: units.toLocaleString('en-US'), unit: word });
  };
}
