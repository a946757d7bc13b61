import { Button, Group, Loader } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Check, Clock3, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslations } from 'use-intl';
import { Dialog } from '../../shared/ui/dialog.tsx';
import { formatYuan } from '../../shared/money.ts';
import { ErrorState } from '../../shared/ui/states.tsx';
import { topUpQuery } from './wallet-queries.ts';
import classes from './wallet.module.css';

const pollEveryMs = 1_500;
const patienceMs = 45_000;

interface TopUpResultProps {
  topUpId: string;
  onClose: () => void;
  onAgain: () => void;
}

/** Back from the cashier: the notification comes on its own way, so the state is asked for until it is decided. */
export function TopUpResult({ topUpId, onClose, onAgain }: TopUpResultProps) {
  const t = useTranslations('wallet');
  const common = useTranslations('common');
  const queryClient = useQueryClient();
  const [isSlow, setSlow] = useState(false);
  const topUp = useQuery({
    ...topUpQuery(topUpId),
    refetchInterval: (query) => (query.state.data?.status === 'pending' ? pollEveryMs : false),
  });
  const status = topUp.data?.status ?? 'pending';

  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), patienceMs);
    return () => clearTimeout(timer);
  }, []);

  useEffect(() => {
    if (status === 'pending') return;
    void queryClient.invalidateQueries({ queryKey: ['wallet', 'balance'] });
    void queryClient.invalidateQueries({ queryKey: ['wallet', 'transactions'] });
    void queryClient.invalidateQueries({ queryKey: ['wallet', 'top-ups'] });
  }, [queryClient, status]);

  if (topUp.error !== null && topUp.data === undefined) {
    return (
      <Dialog opened onClose={onClose} title={t('resultTitle')} size="sm">
        <ErrorState error={topUp.error} onRetry={() => void topUp.refetch()} />
      </Dialog>
    );
  }

  const amount = topUp.data === undefined ? '' : formatYuan(topUp.data.amountMicros);
  const shown = status === 'pending' && isSlow ? 'slow' : status;
  return (
    <Dialog opened onClose={onClose} title={t('resultTitle')} size="sm">
      <div className={classes.result} role="status" aria-live="polite">
        <span className={classes.resultIcon} data-status={shown}>
          {shown === 'pending' && <Loader size={26} />}
          {shown === 'paid' && <Check size={30} aria-hidden="true" />}
          {shown === 'failed' && <X size={30} aria-hidden="true" />}
          {shown === 'slow' && <Clock3 size={28} aria-hidden="true" />}
        </span>
        <p className={classes.resultTitle}>{t(`result.${shown}.title`, { amount })}</p>
        <p className={classes.resultText}>{t(`result.${shown}.text`, { amount })}</p>
        <Group justify="center">
          {shown === 'failed' && (
            <Button variant="default" onClick={onAgain}>
              {t('topUpAgain')}
            </Button>
          )}
          <Button onClick={onClose} variant={shown === 'pending' ? 'default' : 'filled'}>
            {common('close')}
          </Button>
        </Group>
      </div>
    </Dialog>
  );
}
