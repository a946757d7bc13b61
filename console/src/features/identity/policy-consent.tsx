import { Checkbox, type CheckboxProps } from '@mantine/core';
import { useTranslations } from 'use-intl';
import type { Policy } from '../../shared/api/entities.ts';
import { useLanguage } from '../../shared/i18n/language.tsx';
import { newTab } from '../../shared/ui/rich.tsx';
import { formatTime } from '../../shared/time.ts';
import classes from './identity.module.css';

/** Consent to one named version of the policy. Never ticked by us. */
export function PolicyConsent({ policy, ...checkbox }: CheckboxProps & { policy: Policy | undefined }) {
  const t = useTranslations('identity');
  const { textLanguage } = useLanguage();
  return (
    <Checkbox
      {...checkbox}
      aria-invalid={Boolean(checkbox.error) || undefined}
      disabled={policy === undefined}
      className={classes.policy}
      label={
        policy === undefined
          ? t('policyLoading')
          : t.rich('policyAccept', {
              version: policy.version,
              date: formatTime(policy.effectiveAt, 'day'),
              title: policy.titles[textLanguage],
              link: newTab(policy.url),
            })
      }
    />
  );
}
