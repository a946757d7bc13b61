import { CircleAlert, CircleCheck, CircleHelp } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import type { UpstreamTrial } from '../../../shared/api/entities.ts';
import classes from './upstreams.module.css';
import { useFailureText } from './use-failure-text.ts';

type Tone = 'good' | 'bad' | 'unknown';

/** What a test of a server has shown, one line for each question. */
export function TrialView({ trial }: { trial: UpstreamTrial }) {
  const t = useTranslations('upstreams.test');
  const names = useTranslations('upstreams.protocolNames');
  const failureText = useFailureText();
  if (trial.failure !== null)
    return (
      <ul className={classes.trial} role="status">
        <Line tone="bad">
          {t('notReached', { failure: failureText(trial.failure.reason, trial.failure.upstreamCode) })}
        </Line>
      </ul>
    );
  const { call, models, protocols } = trial;
  const toneOfKey = trial.key === 'refused' ? 'bad' : trial.key === 'unknown' ? 'unknown' : 'good';
  return (
    <ul className={classes.trial} role="status">
      <Line tone="good">{t('reached', { time: timeText(trial.latencyMs) })}</Line>
      <Line tone={toneOfKey}>{t(`keys.${trial.key}`)}</Line>
      {protocols.length > 0 ? (
        <Line tone="good">
          {t('speaks', { protocols: protocols.map((name) => names(name)).join(' · ') })}
        </Line>
      ) : (
        trial.key !== 'refused' && <Line tone="bad">{t('speaksNone')}</Line>
      )}
      {trial.key !== 'refused' && (
        <Line tone={models === null ? 'unknown' : 'good'}>
          {models === null ? t('listsNone') : t('lists', { count: models.length })}
        </Line>
      )}
      {call !== null &&
        (call.failure === null ? (
          <Line tone="good">
            {t('answered', { model: call.upstreamModel, time: timeText(call.latencyMs) })}
          </Line>
        ) : (
          <Line tone="bad">
            {t('callFailed', {
              model: call.upstreamModel,
              failure: failureText(call.failure.reason, call.failure.upstreamCode),
            })}
          </Line>
        ))}
    </ul>
  );
}

function timeText(ms: number | null): string {
  return `${ms ?? 0} ms`;
}

const iconByTone = { good: CircleCheck, bad: CircleAlert, unknown: CircleHelp } as const;

function Line({ tone, children }: { tone: Tone; children: ReactNode }) {
  const Icon = iconByTone[tone];
  return (
    <li data-tone={tone}>
      <Icon size={16} aria-hidden="true" />
      <span>{children}</span>
    </li>
  );
}
