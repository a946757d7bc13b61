import { Alert, Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { RotateCw, Scale, TriangleAlert } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { api, unwrap } from '../../shared/api/client.ts';
import { Money } from '../../shared/ui/money.tsx';
import { Panel } from '../../shared/ui/page.tsx';
import { QueryView } from '../../shared/ui/query-view.tsx';
import classes from './wallet.module.css';

/** Whether the books balance, asked of the database itself. */
export function LedgerCheckPanel() {
  const t = useTranslations('wallet.operator');
  const check = useQuery({
    queryKey: ['wallet', 'ledger-check'],
    queryFn: () => unwrap(api.GET('/api/wallet/ledger-check')),
    staleTime: 0,
  });
  return (
    <Panel
      title={t('ledgerTitle')}
      description={t('ledgerText')}
      actions={
        <Button
          variant="default"
          size="xs"
          leftSection={<RotateCw size={14} />}
          loading={check.isFetching}
          onClick={() => void check.refetch()}
        >
          {t('ledgerRun')}
        </Button>
      }
    >
      <QueryView query={check}>
        {({ sumMicros, accountsChecked, mismatches }) => {
          const isGood = sumMicros === 0 && mismatches.length === 0;
          return (
            <>
              <dl className={classes.checkFigure}>
                <div>
                  <dt>{t('ledgerSum')}</dt>
                  <dd>
                    <Money micros={sumMicros} />
                  </dd>
                </div>
                <div>
                  <dt>{t('ledgerAccounts')}</dt>
                  <dd className="numeric">{accountsChecked}</dd>
                </div>
                <div>
                  <dt>{t('ledgerMismatches')}</dt>
                  <dd className="numeric">{mismatches.length}</dd>
                </div>
              </dl>
              <Alert
                mt="md"
                p="sm"
                role="status"
                color={isGood ? 'celadon' : 'cinnabar'}
                icon={isGood ? <Scale size={18} /> : <TriangleAlert size={18} />}
              >
                {isGood ? t('ledgerGood') : t('ledgerBad')}
              </Alert>
            </>
          );
        }}
      </QueryView>
    </Panel>
  );
}
