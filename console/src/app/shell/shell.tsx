import { ActionIcon, Drawer } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Link, Outlet } from '@tanstack/react-router';
import { Menu as MenuIcon } from 'lucide-react';
import { useEffect } from 'react';
import { useTranslations } from 'use-intl';
import { FirstPasswordPage } from '../../features/identity/first-password-page.tsx';
import { useMe } from '../../shared/api/session.ts';
import { PolicyPrompt } from '../../features/privacy/policy-prompt.tsx';
import { useLanguage } from '../../shared/i18n/language.tsx';
import { Wordmark } from '../../shared/ui/wordmark.tsx';
import { SideBar } from './side-bar.tsx';
import classes from './shell.module.css';

/** The frame of every page behind the sign-in. */
export function Shell() {
  const t = useTranslations('shell');
  const { user } = useMe();
  const { suggestLanguage } = useLanguage();
  const [isOpen, drawer] = useDisclosure(false);

  useEffect(() => suggestLanguage(user.language), [suggestLanguage, user.language]);

  if (user.mustChangePassword) return <FirstPasswordPage />;
  return (
    <div className={classes.shell}>
      <a href="#content" className="skip-link">
        {t('skip')}
      </a>
      <aside className={classes.side}>
        <SideBar />
      </aside>
      <header className={classes.topBar}>
        <ActionIcon variant="subtle" color="gray" size="lg" onClick={drawer.open} aria-label={t('openMenu')}>
          <MenuIcon size={21} />
        </ActionIcon>
        <Link to="/" aria-label="Candor" className={classes.topBrand}>
          <Wordmark size={22} />
        </Link>
      </header>
      <Drawer
        opened={isOpen}
        onClose={drawer.close}
        size={288}
        padding={0}
        withCloseButton={false}
        classNames={{ content: classes.drawer, header: classes.drawerHeader, body: classes.drawerBody }}
        title={t('mainNavigation')}
      >
        <SideBar onNavigate={drawer.close} />
      </Drawer>
      <main id="content" className={classes.main} tabIndex={-1}>
        <PolicyPrompt />
        <Outlet />
      </main>
    </div>
  );
}
