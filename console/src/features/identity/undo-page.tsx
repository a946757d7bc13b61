import { Alert, Button, Stack, Title } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { api, done } from '../../shared/api/client.ts';
import { asProblem } from '../../shared/api/problem.ts';
import { useProblemText } from '../../shared/problem-text.ts';
import { LinkButton } from '../../shared/ui/link-button.tsx';
import { DocumentTitle } from '../../shared/ui/document-title.tsx';
import { PublicFrame } from '../privacy/parts.ts';

/** Where the link in the notice about a new number or address leads. The token is behind the #, so no log has it. */
export function UndoPage() {
  const t = useTranslations('identity');
  const text = useProblemText();
  const queryClient = useQueryClient();
  const [token] = useState(() => window.location.hash.slice(1));
  const undo = useMutation({
    mutationFn: () => done(api.POST('/api/identity/contact-changes/undo', { body: { token } })),
    onSuccess: () => queryClient.clear(),
  });
  return (
    <PublicFrame>
      <DocumentTitle title={t('undoTitle')} />
      <Stack gap="md" maw={520} mx="auto" px="md" py="xl">
        <Title order={1} size="h2">
          {t('undoTitle')}
        </Title>
        <p style={{ margin: 0 }}>{t('undoHint')}</p>
        {token === '' && <Alert color="cinnabar">{t('undoMissing')}</Alert>}
        {undo.error !== null && (
          <Alert color="cinnabar" role="alert">
            {text(asProblem(undo.error))}
          </Alert>
        )}
        {undo.isSuccess ? (
          <>
            <Alert color="celadon" role="status">
              {t('undone')}
            </Alert>
            <LinkButton to="/recover">{t('recover')}</LinkButton>
          </>
        ) : (
          <Button disabled={token === ''} loading={undo.isPending} onClick={() => undo.mutate()}>
            {t('undoNow')}
          </Button>
        )}
      </Stack>
    </PublicFrame>
  );
}
