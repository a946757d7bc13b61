import { Menu, UnstyledButton } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { ChevronsUpDown, LogOut, ScrollText, Settings } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { useMe, useSignOut } from '../../shared/api/session.ts';
import classes from './shell.module.css';
import { languageOf } from '../../shared/ui/stored-text.tsx';

export function AccountMenu({ onNavigate }: { onNavigate?: () => void }) {
  const t = useTranslations('shell');
  const { user, tenant } = useMe();
  const navigate = useNavigate();
  const signOut = useSignOut();
  const name = user.displayName ?? user.username ?? user.phone ?? user.email ?? tenant.name;
  const belongsTo = user.isOperator ? t('operator') : tenant.name;

  function go(to: '/settings' | '/privacy/collection-list') {
    onNavigate?.();
    void navigate({ to });
  }

  return (
    <Menu position="top-start" width={224} withinPortal>
      <Menu.Target>
        <UnstyledButton className={classes.account}>
          <span className={classes.avatar} lang={languageOf(name)} aria-hidden="true">
            {[...name][0]?.toUpperCase()}
          </span>
          <span className={classes.accountName}>
            <span lang={languageOf(name)}>{name}</span>
            {belongsTo !== name && <small>{belongsTo}</small>}
          </span>
          <ChevronsUpDown size={15} aria-hidden="true" />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<Settings size={16} />} onClick={() => go('/settings')}>
          {t('settings')}
        </Menu.Item>
        <Menu.Item leftSection={<ScrollText size={16} />} onClick={() => go('/privacy/collection-list')}>
          {t('collectionList')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item
          leftSection={<LogOut size={16} />}
          onClick={() => signOut.mutate(undefined, { onSettled: () => void navigate({ to: '/login' }) })}
        >
          {t('signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
