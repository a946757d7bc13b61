import { ActionIcon } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Printer } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { formatTime } from '../../shared/time.ts';
import { AppearanceControls } from '../../shared/ui/appearance-controls.tsx';
import { LinkButton } from '../../shared/ui/link-button.tsx';
import { Wordmark } from '../../shared/ui/wordmark.tsx';
import classes from './privacy.module.css';

/** The frame of public pages, on the screen and on paper. */
export function PublicFrame({ children }: { children: ReactNode }) {
  const t = useTranslations('privacy.list');
  return (
    <div className={classes.public}>
      <header className={classes.publicHead}>
        <Link to="/" aria-label="Candor">
          <Wordmark />
        </Link>
        <div className={classes.publicActions}>
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            onClick={() => window.print()}
            aria-label={t('print')}
            title={t('print')}
          >
            <Printer size={18} strokeWidth={1.8} />
          </ActionIcon>
          <AppearanceControls />
          <LinkButton to="/" variant="default" size="xs">
            {t('toConsole')}
          </LinkButton>
        </div>
      </header>
      <main>{children}</main>
    </div>
  );
}

interface VersionLineProps {
  of: { version: string; effectiveAt: string };
  children?: ReactNode;
}

/** Which version one is reading, and the way to the others. */
export function VersionLine({ of: { version, effectiveAt }, children }: VersionLineProps) {
  const t = useTranslations('privacy.list');
  return (
    <p className={classes.meta}>
      <span>{t('version', { version })}</span>
      <span>{t('effectiveAt', { at: formatTime(effectiveAt, 'day') })}</span>
      {children}
      <Link to="/privacy/policies">{t('versions')}</Link>
    </p>
  );
}
