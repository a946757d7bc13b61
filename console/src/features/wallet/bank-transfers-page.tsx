import { useTranslations } from 'use-intl';
import { Page } from '../../shared/ui/page.tsx';
import { ReasonGate } from '../../shared/ui/reason-gate.tsx';
import { BankTransferForm } from './bank-transfer-form.tsx';
import { BankTransfersPanel } from './bank-transfers-panel.tsx';
import { SuspendedPaymentsPanel } from './suspended-payments-panel.tsx';
import { LedgerCheckPanel } from './ledger-check-panel.tsx';
import { SettlePanel } from '../billing/parts.ts';
import classes from './wallet.module.css';

export function BankTransfersPage() {
  const t = useTranslations('wallet.operator');
  return (
    <ReasonGate title={t('title')}>
      <Page title={t('title')} description={t('description')}>
        <div className={classes.twoColumns}>
          <BankTransferForm />
          <div style={{ display: 'grid', gap: 20 }}>
            <LedgerCheckPanel />
            <SettlePanel />
          </div>
        </div>
        <BankTransfersPanel />
        <SuspendedPaymentsPanel />
      </Page>
    </ReasonGate>
  );
}
