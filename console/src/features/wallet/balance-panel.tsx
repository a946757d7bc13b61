import { Alert, Skeleton } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import { TriangleAlert } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { Wallet } from '../../shared/api/entities.ts';
import { formatYuan } from '../../shared/money.ts';
import { BigMoney, Money } from '../../shared/ui/money.tsx';
import { Panel } from '../../shared/ui/page.tsx';
import { QueryView } from '../../shared/ui/query-view.tsx';
import classes from './wallet.module.css';

/** What may be spent, and why it is less than what is there. */
export function BalancePanel({ wallet }: { wallet: UseQueryResult<Wallet> }) {
  const t = useTranslations('wallet');
  return (
    <Panel>
      <QueryView query={wallet} skeleton={<Skeleton height={84} />}>
        {({ availableMicros, balanceMicros, heldMicros, owedMicros }) => (
          <>
            <div className={classes.balances}>
              <div>
                <p className={classes.label}>{t('available')}</p>
                <BigMoney micros={availableMicros} size={38} />
              </div>
              <div className={classes.parts}>
                <dl>
                  <div>
                    <dt>{t('balance')}</dt>
                    <dd>
                      <Money micros={balanceMicros} />
                    </dd>
                  </div>
                  <div>
                    <dt>{t('held')}</dt>
                    <dd>
                      <Money micros={heldMicros} />
                    </dd>
                  </div>
                </dl>
                <p>{t('heldHint')}</p>
              </div>
            </div>
            {owedMicros > 0 && (
              <Alert mt="lg" p="sm" color="amber" icon={<TriangleAlert size={18} />}>
                {t('owed', { amount: formatYuan(owedMicros) })}
              </Alert>
            )}
          </>
        )}
      </QueryView>
    </Panel>
  );
}
