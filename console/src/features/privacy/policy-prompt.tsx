import { Alert, Button, Group } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { api, unwrap } from '../../shared/api/client.ts';
import { asProblem } from '../../shared/api/problem.ts';
import { useProblemText } from '../../shared/problem-text.ts';
import { ChangeList } from './change-list.tsx';
import { standingQuery } from './policy-queries.ts';

/**
 * Above every page while the policy in force is not the one a person accepted: what has changed, and the way to accept
 * where more is done with their data. It covers nothing: seeing, copying, erasing and leaving go on.
 */
export function PolicyPrompt() {
  const t = useTranslations('policies');
  const text = useProblemText();
  const queryClient = useQueryClient();
  const [noticed, setNoticed] = useState<string | undefined>(undefined);
  const standing = useQuery(standingQuery).data;
  const accept = useMutation({
    mutationFn: (policyVersion: string) =>
      unwrap(api.POST('/api/privacy/policy-standing/accept', { body: { policyVersion } })),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['privacy'] }),
  });
  if (standing === undefined) return null;
  const { version, acceptedVersion, mustAccept, change } = standing;
  const isNotice = !mustAccept && change?.class === 'notice' && noticed !== version;
  if (!mustAccept && !isNotice) return null;
  return (
    <Alert
      color={mustAccept ? 'amber' : 'gray'}
      role={mustAccept ? 'alert' : 'status'}
      title={mustAccept ? t('mustAccept') : t('hasChanged')}
      mb="lg"
    >
      {change === null ? <p>{t('explained.ask')}</p> : <ChangeList change={change} />}
      <p>
        {acceptedVersion === null
          ? t('versionOnly', { version })
          : t('versions', { version, accepted: acceptedVersion })}{' '}
        <Link to="/privacy/policies">{t('compareLink')}</Link>
      </p>
      {accept.error !== null && <p role="alert">{text(asProblem(accept.error))}</p>}
      <Group>
        {mustAccept ? (
          <Button loading={accept.isPending} onClick={() => accept.mutate(version)}>
            {t('accept')}
          </Button>
        ) : (
          <Button variant="default" onClick={() => setNoticed(version)}>
            {t('understood')}
          </Button>
        )}
        <Link to="/privacy/policy">{t('readNew')}</Link>
        {mustAccept && <Link to="/privacy/erase">{t('leave')}</Link>}
      </Group>
    </Alert>
  );
}
