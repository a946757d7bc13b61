import { Title } from '@mantine/core';
import { Link, useParams } from '@tanstack/react-router';
import { SearchX } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { useProblemText } from '../../shared/problem-text.ts';
import { LinkButton } from '../../shared/ui/link-button.tsx';
import { DocumentTitle } from '../../shared/ui/document-title.tsx';
import { Panel } from '../../shared/ui/page.tsx';
import { EmptyState } from '../../shared/ui/states.tsx';
import { PublicFrame } from '../privacy/parts.ts';
import { problemPages, type ProblemPage as Page, spansOf } from './problem-pages.ts';
import classes from './problems.module.css';

/** Where the `type` of a problem leads: for anyone, signed in or not. */
export function ProblemPage() {
  const { code } = useParams({ from: '/problems/$code' });
  const page = problemPages.get(code);
  return <PublicFrame>{page === undefined ? <Missing code={code} /> : <Found page={page} />}</PublicFrame>;
}

function Missing({ code }: { code: string }) {
  const t = useTranslations('problemPages');
  return (
    <>
      <DocumentTitle title={t('missingTitle')} />
      <EmptyState
        isPage
        icon={SearchX}
        title={t('missingTitle')}
        action={
          <LinkButton to="/problems" variant="default">
            {t('all')}
          </LinkButton>
        }
      >
        {t('missingText', { code })}
      </EmptyState>
    </>
  );
}

function Found({ page: { code, status, paragraphs } }: { page: Page }) {
  const t = useTranslations('problemPages');
  const text = useProblemText();
  return (
    <>
      <DocumentTitle title={t('title')} />
      <header className={classes.intro}>
        <Title order={1}>
          <code className={classes.code}>{code}</code>
        </Title>
        <p>{t('status', { status })}</p>
      </header>
      <div className={classes.panels}>
        <Panel title={t('meaning')}>
          <p className={classes.words}>{text({ code, status: Number(status), fields: {} })}</p>
        </Panel>
        <Panel title={t('details')}>
          <div lang="en" className={classes.details}>
            {paragraphs.map((paragraph) => (
              <Paragraph key={paragraph} text={paragraph} />
            ))}
          </div>
        </Panel>
        <p>
          <Link to="/problems">{t('all')}</Link>
        </p>
      </div>
    </>
  );
}

function Paragraph({ text }: { text: string }) {
  return (
    <p>
      {spansOf(text).map((span, index) => {
        const key = `${index} ${span.text}`;
        if (span.kind === 'code') return <code key={key}>{span.text}</code>;
        if (span.kind === 'text') return <span key={key}>{span.text}</span>;
        return (
          <a key={key} href={span.href}>
            {span.text}
          </a>
        );
      })}
    </p>
  );
}
