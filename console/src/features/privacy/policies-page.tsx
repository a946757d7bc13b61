import { Button, Group, Select, Skeleton, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { useLanguage } from '../../shared/i18n/language.tsx';
import { formatTime } from '../../shared/time.ts';
import { DocumentTitle } from '../../shared/ui/document-title.tsx';
import { Panel } from '../../shared/ui/page.tsx';
import { QueryView } from '../../shared/ui/query-view.tsx';
import { ChangeList } from './change-list.tsx';
import { comparisonQuery, keptPolicyQuery, policiesQuery } from './policy-queries.ts';
import classes from './privacy.module.css';
import { PublicFrame } from './public-frame.tsx';

/** Every version of the policy there ever was: to read whole, and two side by side. */
export function PoliciesPage() {
  const t = useTranslations('policies');
  const policies = useQuery(policiesQuery);
  const [read, setRead] = useState<string | undefined>(undefined);
  return (
    <PublicFrame>
      <DocumentTitle title={t('title')} />
      <div className={classes.intro}>
        <Title order={1}>{t('title')}</Title>
        <p>{t('intro')}</p>
        <Link to="/privacy/policy">{t('inForce')}</Link>
      </div>
      <QueryView query={policies} skeleton={<Skeleton height={320} radius="lg" />}>
        {({ items }) => (
          <>
            <ul className={classes.versions}>
              {items.map(({ version, hash, effectiveAt, change, isKept }) => (
                <li key={hash}>
                  <strong className="numeric">{version}</strong>
                  <span>{t(`classes.${change.class}`)}</span>
                  <span>{t('since', { at: formatTime(effectiveAt) })}</span>
                  {isKept ? (
                    <Button size="compact-sm" variant="default" onClick={() => setRead(hash)}>
                      {t('read')}
                    </Button>
                  ) : (
                    <span>{t('notKept')}</span>
                  )}
                </li>
              ))}
            </ul>
            <Comparison versions={items.filter(({ isKept }) => isKept)} />
          </>
        )}
      </QueryView>
      {read !== undefined && <KeptPolicy hash={read} />}
    </PublicFrame>
  );
}

function Comparison({ versions }: { versions: readonly { version: string; hash: string }[] }) {
  const t = useTranslations('policies');
  const { textLanguage } = useLanguage();
  const [from, setFrom] = useState(versions[1]?.hash);
  const [to, setTo] = useState(versions[0]?.hash);
  const comparison = useQuery({
    ...comparisonQuery(from ?? '', to ?? '', textLanguage),
    enabled: from !== undefined && to !== undefined,
  });
  if (versions.length < 2) return null;
  const data = versions.map(({ version, hash }) => ({ value: hash, label: version }));
  return (
    <Panel title={t('compare')}>
      <Group gap="md" mb="md">
        <Select
          label={t('from')}
          data={data}
          value={from ?? null}
          onChange={(hash) => setFrom(hash ?? from)}
        />
        <Select label={t('to')} data={data} value={to ?? null} onChange={(hash) => setTo(hash ?? to)} />
      </Group>
      <QueryView query={comparison}>
        {({ change, sections }) => (
          <>
            <ChangeList change={change} />
            {sections.map(({ title, removed, added }) => (
              <section key={title} className={classes.difference}>
                <h3>{title}</h3>
                {removed.map((line) => (
                  <del key={line}>{line}</del>
                ))}
                {added.map((line) => (
                  <ins key={line}>{line}</ins>
                ))}
              </section>
            ))}
          </>
        )}
      </QueryView>
    </Panel>
  );
}

function KeptPolicy({ hash }: { hash: string }) {
  const { language, textLanguage } = useLanguage();
  const policy = useQuery(keptPolicyQuery(hash, textLanguage));
  return (
    <QueryView query={policy} skeleton={<Skeleton height={420} radius="lg" />}>
      {({ version, sections }) => (
        <article className={classes.policy} lang={language}>
          <Title order={2}>{version}</Title>
          {sections.map((section) => (
            <section key={section.key}>
              <Title order={3}>{section.title}</Title>
              {section.paragraphs.map((paragraph) => (
                <p key={paragraph}>{paragraph}</p>
              ))}
            </section>
          ))}
        </article>
      )}
    </QueryView>
  );
}
