import { Button, Loader } from '@mantine/core';
import { type ErrorComponentProps } from '@tanstack/react-router';
import { Compass, Unplug } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { LinkButton } from '../shared/ui/link-button.tsx';
import { asProblem } from '../shared/api/problem.ts';
import { DocumentTitle } from '../shared/ui/document-title.tsx';
import { EmptyState, ErrorState } from '../shared/ui/states.tsx';
import classes from './fault-pages.module.css';

export function MissingPage() {
  const t = useTranslations('faults');
  const common = useTranslations('common');
  return (
    <div className={classes.center}>
      <DocumentTitle title={t('notFoundTitle')} />
      <EmptyState
        isPage
        icon={Compass}
        title={t('notFoundTitle')}
        action={
          <LinkButton to="/" variant="default">
            {common('backHome')}
          </LinkButton>
        }
      >
        {t('notFoundText')}
      </EmptyState>
    </div>
  );
}

export function BrokenPage({ error }: ErrorComponentProps) {
  const t = useTranslations('faults');
  const isCall = asProblem(error).code !== 'console.bug';
  const reload = () => window.location.reload();
  return (
    <div className={classes.center}>
      <DocumentTitle title={t('brokenTitle')} />
      {isCall ? (
        <ErrorState error={error} onRetry={reload} />
      ) : (
        <EmptyState
          isPage
          icon={Unplug}
          title={t('brokenTitle')}
          action={<Button onClick={reload}>{t('reload')}</Button>}
        >
          {t('brokenText')}
        </EmptyState>
      )}
    </div>
  );
}

export function LoadingPage() {
  return (
    <div className={classes.center} role="status" aria-busy="true">
      <Loader type="dots" />
    </div>
  );
}
