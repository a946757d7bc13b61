import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { BadgeCheck } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { asProblem } from '../../../shared/api/problem.ts';
import { useProblemText } from '../../../shared/problem-text.ts';
import { notifyFailure } from '../../../shared/ui/notify.ts';

/** Carries a proof to the verify page, behind the `#`, so that no server sees it on the way. */
export function VerifyButton({ readDocument }: { readDocument: () => Promise<string> }) {
  const t = useTranslations('proofs');
  const text = useProblemText();
  const navigate = useNavigate();
  const open = useMutation({
    mutationFn: readDocument,
    onSuccess: (document) => navigate({ to: '/verify', hash: document }),
    onError: (error) => notifyFailure(text(asProblem(error))),
  });
  return (
    <Button
      variant="subtle"
      size="compact-sm"
      loading={open.isPending}
      leftSection={<BadgeCheck size={15} />}
      onClick={() => open.mutate()}
    >
      {t('verify')}
    </Button>
  );
}
