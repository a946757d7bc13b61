import { Link } from '@tanstack/react-router';
import { useQuery } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useTranslations } from 'use-intl';
import { useMe, useUpdateMe } from '../../shared/api/session.ts';
import { walletQuery } from '../../features/wallet/parts.ts';
import { useCanChat, useCanPay } from '../../shared/api/capabilities.ts';
import { AppearanceControls } from '../../shared/ui/appearance-controls.tsx';
import { BigMoney } from '../../shared/ui/money.tsx';
import { Wordmark } from '../../shared/ui/wordmark.tsx';
import { AccountMenu } from './account-menu.tsx';
import type { NavigationItem } from '../../shared/feature.ts';
import { useLanguage } from '../../shared/i18n/language.tsx';
import { navigation, operatorNavigation } from '../navigation.ts';
import classes from './shell.module.css';

/** Where one is, what one has, who one is; the same on the desk and in the phone's drawer. */
export function SideBar({ onNavigate }: { onNavigate?: () => void }) {
  const t = useTranslations('shell');
  const { user } = useMe();
  const update = useUpdateMe();
  const groups = user.isOperator ? [...navigation, ...operatorNavigation] : navigation;
  const canChat = useCanChat();
  const { language } = useLanguage();
  const isOffered = ({ needs }: NavigationItem) => needs !== 'chat' || canChat;
  const nav = useRef<HTMLElement>(null);

  // An operator's list is longer than a laptop is high.
  useEffect(() => {
    nav.current?.querySelector('[aria-current="page"]')?.scrollIntoView({ block: 'nearest' });
  }, []);

  return (
    <div className={classes.sideBar}>
      <div className={classes.brandRow}>
        <Link to="/" className={classes.brand} aria-label="Candor" onClick={onNavigate}>
          <Wordmark />
        </Link>
        <AppearanceControls onLanguage={(language) => update.mutate({ language })} />
      </div>
      <nav ref={nav} aria-label={t('mainNavigation')} className={classes.nav}>
        {groups.map((group) => (
          <div key={group.group} className={classes.group}>
            {group.group !== 'top' && <p className={classes.groupTitle}>{t(`groups.${group.group}`)}</p>}
            {group.items.filter(isOffered).map(({ to, label, icon: Icon }) => (
              <Link
                key={to}
                to={to}
                className={classes.link}
                activeOptions={{ exact: to === '/' || to === '/privacy' }}
                onClick={onNavigate}
              >
                <Icon size={17} strokeWidth={1.8} aria-hidden="true" />
                {label[language]}
              </Link>
            ))}
          </div>
        ))}
      </nav>
      <div className={classes.foot}>
        <BalanceCard onNavigate={onNavigate} />
        <AccountMenu onNavigate={onNavigate} />
      </div>
    </div>
  );
}

function BalanceCard({ onNavigate }: { onNavigate?: () => void }) {
  const t = useTranslations('shell');
  const wallet = useQuery(walletQuery);
  const canPay = useCanPay();
  return (
    <div className={classes.balance}>
      <div>
        <p className={classes.balanceLabel}>{t('available')}</p>
        {wallet.data === undefined ? (
          <span className={classes.balanceWait}>¥ …</span>
        ) : (
          <BigMoney micros={wallet.data.availableMicros} size={19} />
        )}
      </div>
      {canPay && (
        <Link to="/wallet" search={{ open: 'top-up' }} className={classes.topUp} onClick={onNavigate}>
          <Plus size={14} strokeWidth={2.4} aria-hidden="true" />
          {t('topUp')}
        </Link>
      )}
    </div>
  );
}
