import { useQuery } from '@tanstack/react-query';
import { Check } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { useCanChat, useCanPay } from '../../shared/api/capabilities.ts';
import { LinkButton } from '../../shared/ui/link-button.tsx';
import { CodeBlock } from '../../shared/ui/code-block.tsx';
import { Panel } from '../../shared/ui/page.tsx';
import { modelsQuery, codeSamples } from '../catalog/parts.ts';
import { apiKeysQuery } from '../identity/parts.ts';
import { walletQuery } from '../wallet/parts.ts';
import classes from './overview.module.css';

/** The key the playground makes for itself is not one of the person's own. */
const automaticKeyName = 'playground';

/** From an empty account to the first call. Gone once the three steps are done. */
export function FirstSteps({ hasCalled }: { hasCalled: boolean | undefined }) {
  const t = useTranslations('overview.steps');
  const wallet = useQuery(walletQuery);
  const keys = useQuery(apiKeysQuery);
  const models = useQuery(modelsQuery);
  const canPay = useCanPay();
  const canChat = useCanChat();
  if (
    hasCalled === undefined ||
    wallet.data === undefined ||
    keys.data === undefined ||
    models.data === undefined
  )
    return null;

  const hasMoney = wallet.data.balanceMicros > 0 || hasCalled;
  const hasKey = keys.data.items.some((apiKey) => apiKey.name !== automaticKeyName);
  if (hasMoney && hasKey && hasCalled) return null;

  const model = models.data.items.find((one) => one.kind === 'chat' && one.isOffered);
  return (
    <Panel title={t('title')} description={t('description')}>
      <ol className={classes.steps}>
        <Step
          number={1}
          isDone={hasMoney}
          title={t('topUp')}
          action={
            canPay && (
              <LinkButton to="/wallet" search={{ open: 'top-up' }} size="xs">
                {t('topUpAction')}
              </LinkButton>
            )
          }
        >
          {t(canPay ? 'topUpText' : 'noWayToPay')}
        </Step>
        <Step
          number={2}
          isDone={hasKey}
          title={t('key')}
          action={
            <LinkButton to="/keys" size="xs" variant={hasMoney ? 'filled' : 'default'}>
              {t('keyAction')}
            </LinkButton>
          }
        >
          {t('keyText')}
        </Step>
        <Step
          number={3}
          isDone={hasCalled}
          title={t('call')}
          action={
            canChat && (
              <LinkButton to="/playground" size="xs" variant={hasMoney && hasKey ? 'filled' : 'default'}>
                {t('callAction')}
              </LinkButton>
            )
          }
        >
          {t(canChat ? 'callText' : 'callBySdk')}
        </Step>
      </ol>
      {model !== undefined && (
        <CodeBlock label={t('call')} samples={codeSamples(model, window.location.origin)} />
      )}
    </Panel>
  );
}

interface StepProps {
  number: number;
  isDone: boolean;
  title: string;
  action: ReactNode;
  children: ReactNode;
}

function Step({ number, isDone, title, action, children }: StepProps) {
  const t = useTranslations('overview.steps');
  return (
    <li className={classes.step} data-done={isDone || undefined}>
      <span className={classes.stepNumber}>
        {isDone ? <Check size={16} aria-label={t('done')} /> : number}
      </span>
      <div>
        <p className={classes.stepTitle}>{title}</p>
        <p className={classes.stepText}>{children}</p>
        {!isDone && action}
      </div>
    </li>
  );
}
