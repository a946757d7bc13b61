import { Alert, Button, Group, Skeleton, Stack, TextInput, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import { useTranslations } from 'use-intl';
import { api, unwrap } from '../../../shared/api/client.ts';
import type { PrivacyCase } from '../../../shared/api/entities.ts';
import { asProblem } from '../../../shared/api/problem.ts';
import { useLanguage } from '../../../shared/i18n/language.tsx';
import { useProblemText } from '../../../shared/problem-text.ts';
import { CopyTextButton } from '../../../shared/ui/copy.tsx';
import { Panel } from '../../../shared/ui/page.tsx';
import { QueryView } from '../../../shared/ui/query-view.tsx';
import { EmptyState } from '../../../shared/ui/states.tsx';
import { Unlink } from 'lucide-react';
import { CaseActions } from './case-actions.tsx';
import { CaseView } from './case-view.tsx';
import styles from './requests.module.css';
import { type CaseKey, linkOf } from './use-case-key.ts';

interface FollowRequestProps {
  caseKey: CaseKey;
  onLeave: () => void;
}

/** A request by a person without an account, opened with its secret. */
export function FollowRequest({ caseKey, onLeave }: FollowRequestProps) {
  const t = useTranslations('requests.openPage');
  const { textLanguage: lang } = useLanguage();
  const queryClient = useQueryClient();
  const queryKey = ['privacy', 'open-request', caseKey.reference, lang];
  const params = { query: { lang } };
  const file = useQuery({
    queryKey,
    queryFn: () => unwrap(api.POST('/api/privacy/requests/read', { params, body: caseKey })),
  });
  const onSuccess = (data: PrivacyCase) => queryClient.setQueryData(queryKey, data);
  const answer = useMutation({
    mutationFn: (text: string) =>
      unwrap(api.POST('/api/privacy/requests/answers', { params, body: { ...caseKey, text } })),
    onSuccess,
  });
  const withdraw = useMutation({
    mutationFn: () => unwrap(api.POST('/api/privacy/requests/withdraw', { params, body: caseKey })),
    onSuccess,
  });
  const confirm = useMutation({
    mutationFn: (code: string) =>
      unwrap(api.POST('/api/privacy/requests/confirm-account', { params, body: { ...caseKey, code } })),
    onSuccess,
  });
  if (file.error !== null && asProblem(file.error).status === 404)
    return (
      <EmptyState
        icon={Unlink}
        title={t('linkDead')}
        action={
          <Button variant="default" onClick={onLeave}>
            {t('follow')}
          </Button>
        }
      />
    );
  return (
    <div className={styles.stack}>
      <QueryView query={file} skeleton={<Skeleton height={360} radius="lg" />}>
        {(data) => (
          <>
            <Title order={2}>{data.typeLabel}</Title>
            <CaseView file={data}>
              {data.waitingFor === 'account-code' && <AccountCode confirm={confirm} />}
              {data.isOpen && <CaseActions answer={answer} withdraw={withdraw} />}
            </CaseView>
          </>
        )}
      </QueryView>
      <Panel title={t('link')} description={t('linkHint')}>
        <Group gap="sm">
          <CopyTextButton value={linkOf(caseKey)} label={t('copyLink')} />
          <Button variant="default" onClick={onLeave}>
            {t('leave')}
          </Button>
        </Group>
      </Panel>
    </div>
  );
}

interface AccountCodeProps {
  confirm: { mutate: (code: string) => void; isPending: boolean; error: Error | null };
}

/** The code that went to a channel of the account, if there is one; a wrong code and no account answer the same. */
function AccountCode({ confirm }: AccountCodeProps) {
  const t = useTranslations('requests');
  const text = useProblemText();
  const [code, setCode] = useState('');

  function onSubmit(event: SubmitEvent) {
    event.preventDefault();
    if (/^\d{6}$/.test(code)) confirm.mutate(code);
  }

  return (
    <Panel>
      <form onSubmit={onSubmit} noValidate>
        <Stack gap="sm" maw={420}>
          <TextInput
            label={t('openPage.code')}
            inputMode="numeric"
            maxLength={6}
            value={code}
            onChange={(event) => setCode(event.currentTarget.value)}
            autoComplete="one-time-code"
          />
          {confirm.error !== null && <Alert color="cinnabar">{text(asProblem(confirm.error))}</Alert>}
          <Button type="submit" loading={confirm.isPending}>
            {t('confirm')}
          </Button>
        </Stack>
      </form>
    </Panel>
  );
}
