import { Button } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useQuery } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { useCanPay } from '../../shared/api/capabilities.ts';
import { CandorNote } from '../../shared/ui/candor-note.tsx';
import { Page } from '../../shared/ui/page.tsx';
import { BalancePanel } from './balance-panel.tsx';
import { TopUpDialog } from './top-up-dialog.tsx';
import { TopUpHistory } from './top-up-history.tsx';
import { TopUpResult } from './top-up-result.tsx';
import { TopUpsPanel } from './top-ups-panel.tsx';
import { TransactionsPanel } from './transactions-panel.tsx';
import { walletQuery } from './wallet-queries.ts';

export function WalletPage() {
  const t = useTranslations('wallet');
  const search = useSearch({ strict: false });
  const navigate = useNavigate();
  const wallet = useQuery(walletQuery);
  const canPay = useCanPay();
  const [isToppingUp, setToppingUp] = useState(false);
  const isOpen = isToppingUp || search.open === 'top-up';

  function close() {
    setToppingUp(false);
    void navigate({
      to: '/wallet',
      search: ({ topUp: _seen, open: _opened, ...filters }) => filters,
      replace: true,
    });
  }

  return (
    <Page
      title={t('title')}
      description={t('description')}
      actions={
        canPay && (
          <Button leftSection={<Plus size={16} />} onClick={() => setToppingUp(true)}>
            {t('topUp')}
          </Button>
        )
      }
    >
      <BalancePanel wallet={wallet} />
      <TopUpsPanel />
      <TransactionsPanel />
      <TopUpHistory />
      <CandorNote>{t('note')}</CandorNote>
      <TopUpDialog isOpen={isOpen} onClose={close} />
      {search.topUp !== undefined && (
        <TopUpResult
          topUpId={search.topUp}
          onClose={close}
          onAgain={() => void navigate({ to: '/wallet', search: { open: 'top-up' }, replace: true })}
        />
      )}
    </Page>
  );
}
