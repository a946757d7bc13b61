import { Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import { useProblemText } from '../../shared/problem-text.ts';
import { DocumentTitle } from '../../shared/ui/document-title.tsx';
import { Panel } from '../../shared/ui/page.tsx';
import { PublicFrame } from '../privacy/parts.ts';
import { problemPages } from './problem-pages.ts';
import classes from './problems.module.css';

const groups = [
  'kernel',
  'identity',
  'gateway',
  'wallet',
  'billing',
  'catalog',
  'privacy',
  'notifications',
  'announcements',
  'audit',
] as const;

/** Every error code in words. */
export function ProblemsPage() {
  const t = useTranslations('problemPages');
  const text = useProblemText();
  const pages = [...problemPages.values()];
  return (
    <PublicFrame>
      <DocumentTitle title={t('title')} />
      <header className={classes.intro}>
        <Title order={1}>{t('title')}</Title>
        <p>{t('intro')}</p>
      </header>
      <div className={classes.panels}>
        {groups.map((group) => (
          <Panel key={group} title={t(`groups.${group}`)}>
            <dl className={classes.list}>
              {pages
                .filter(({ code }) => code.startsWith(`${group}.`))
                .map(({ code, status }) => (
                  <div key={code}>
                    <dt>
                      <Link to="/problems/$code" params={{ code }}>
                        <code className={classes.code}>{code}</code>
                      </Link>
                    </dt>
                    <dd>{text({ code, status: Number(status), fields: {} })}</dd>
                  </div>
                ))}
            </dl>
          </Panel>
        ))}
      </div>
    </PublicFrame>
  );
}
