import { Loader } from '@mantine/core';
import { Check, TriangleAlert } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { ErasureStatus } from '../../../shared/api/entities.ts';
import classes from './erase.module.css';

const steps = [
  'confirmed',
  'frozen',
  'planned',
  'ledgered',
  'erased',
  'keys-destroyed',
  'sinks-erased',
  'vacuumed',
  'probed',
  'certified',
] as const satisfies readonly ErasureStatus['state'][];

/** Everything the engine does, in its order; what is behind it has a mark, what it does now turns. */
export function ErasureSteps({ state }: { state: ErasureStatus['state'] }) {
  const t = useTranslations('erase');
  const isFailed = state === 'failed';
  const reached = isFailed ? -1 : steps.indexOf(state);
  return (
    <ol className={classes.steps} aria-label={t('stepsLabel')} aria-busy={state !== 'certified' && !isFailed}>
      {steps.map((step, index) => {
        const isDone = index <= reached;
        const isNow = !isFailed && index === reached + 1;
        return (
          <li key={step} data-done={isDone || undefined} aria-current={isNow ? 'step' : undefined}>
            <span className={classes.mark}>
              {isDone && <Check size={15} strokeWidth={2.6} aria-label={t('stepDone')} />}
              {isNow && <Loader size={15} aria-label={t('stepNow')} />}
            </span>
            {t(`steps.${step}`)}
          </li>
        );
      })}
      {isFailed && (
        <li data-failed>
          <span className={classes.mark}>
            <TriangleAlert size={15} aria-hidden="true" />
          </span>
          {t('failedTitle')}
        </li>
      )}
    </ol>
  );
}
