import { Button } from '@mantine/core';
import { CircleAlert, RotateCw, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { asProblem } from '../api/problem.ts';
import { useProblemText } from '../problem-text.ts';
import classes from './states.module.css';

interface EmptyStateProps {
  icon: LucideIcon;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
  /** It is the whole page, so its title is the page's heading. */
  isPage?: boolean;
}

/** Says what belongs here and what to do next. */
export function EmptyState({ icon: Icon, title, children, action, isPage = false }: EmptyStateProps) {
  const Heading = isPage ? 'h1' : 'p';
  return (
    <div className={classes.state}>
      <span className={classes.icon}>
        <Icon size={22} strokeWidth={1.7} aria-hidden="true" />
      </span>
      <Heading className={classes.title}>{title}</Heading>
      {children !== undefined && <p className={classes.text}>{children}</p>}
      {action !== undefined && <div className={classes.action}>{action}</div>}
    </div>
  );
}

export function ErrorState({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const t = useTranslations('common');
  const problem = asProblem(error);
  const text = useProblemText();
  return (
    <div className={classes.state} role="alert">
      <span className={classes.icon} data-tone="bad">
        <CircleAlert size={22} strokeWidth={1.7} aria-hidden="true" />
      </span>
      <p className={classes.title}>{t('couldNotLoad')}</p>
      <p className={classes.text}>{text(problem)}</p>
      {problem.requestId !== undefined && (
        <p className={classes.request}>
          {t('requestId')} <code className="mono">{problem.requestId}</code>
        </p>
      )}
      {onRetry !== undefined && (
        <div className={classes.action}>
          <Button variant="default" size="sm" leftSection={<RotateCw size={15} />} onClick={onRetry}>
            {t('tryAgain')}
          </Button>
        </div>
      )}
    </div>
  );
}
