import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ReceiptText } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { api, unwrap } from '../../shared/api/client.ts';
import { asProblem } from '../../shared/api/problem.ts';
import { useProblemText } from '../../shared/problem-text.ts';
import { notifyDone, notifyFailure } from '../../shared/ui/notify.ts';
import { Panel } from '../../shared/ui/page.tsx';

/** For the operator who does not want to wait for the hour. */
export function SettlePanel() {
  const t = useTranslations('wallet.operator');
  const text = useProblemText();
  const queryClient = useQueryClient();
  const settle = useMutation({
    mutationFn: () => unwrap(api.POST('/api/billing/settle')),
    onSuccess: ({ tenants, billRows }) => {
      notifyDone(t('settled', { tenants, billRows }));
      void queryClient.invalidateQueries();
    },
    onError: (error) => notifyFailure(text(asProblem(error))),
  });
  return (
    <Panel title={t('settleTitle')} description={t('settleText')}>
      <Button
        variant="default"
        leftSection={<ReceiptText size={16} />}
        loading={settle.isPending}
        onClick={() => settle.mutate()}
      >
        {t('settle')}
      </Button>
    </Panel>
  );
}
