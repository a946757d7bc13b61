import { ActionIcon } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Printer } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { AppearanceControls } from '../../shared/ui/appearance-controls.tsx';
import { LinkButton } from '../../shared/ui/link-button.tsx';
import { Wordmark } from '../../shared/ui/wordmark.tsx';
import classes from './privacy.module.css';

/** The frame of what anybody may read, on the screen and on paper. */
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
  of: { version: string; effectiveAt: string; registryHash: string };
  children?: ReactNode;
}

/** Which version one is reading and from which declarations it was made. */
export function VersionLine({ of: { version, effectiveAt, registryHash }, children }: VersionLineProps) {
  const t = useTranslations('privacy.list');
  return (
    <p className={classes.meta}>
      <span>{t('version', { version })}</span>
      <span>{t('effectiveAt', { at: effectiveAt.slice(0, 10) })}</span>
      <span title={registryHash}>{t('hash', { hash: registryHash.slice(0, 12) })}</span>
      {children}
    </p>
  );
}
