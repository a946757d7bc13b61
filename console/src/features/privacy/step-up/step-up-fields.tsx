import { SegmentedControl, Stack } from '@mantine/core';
import { useTranslations } from 'use-intl';
import { SecretInput } from '../../../shared/ui/secret-input.tsx';
import { CodeInput } from '../../identity/parts.ts';
import type { StepUp } from './use-step-up.ts';

/** Asks once more who is at the keyboard: an open browser alone must not carry off or end a life's data. */
export function StepUpFields({ stepUp }: { stepUp: StepUp }) {
  const t = useTranslations('stepUp');
  const { method, choose, canReceive, sendCode, typed, change, error } = stepUp;
  return (
    <fieldset className="plain-fieldset">
      <legend>{t('title')}</legend>
      <Stack gap="sm">
        {canReceive && (
          <SegmentedControl
            value={method}
            onChange={choose}
            aria-label={t('title')}
            data={[
              { value: 'password', label: t('byPassword') },
              { value: 'code', label: t('byCode') },
            ]}
          />
        )}
        {method === 'password' ? (
          <SecretInput
            label={t('password')}
            value={typed}
            onChange={(event) => change(event.currentTarget.value)}
            error={error}
            autoComplete="current-password"
          />
        ) : (
          <CodeInput
            value={typed}
            error={error}
            onChange={change}
            sendCode={sendCode}
            sentText={({ channel }) => t(channel === 'mail' ? 'sentByMail' : 'sentBySms')}
          />
        )}
      </Stack>
    </fieldset>
  );
}
