import { Skeleton, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import { useLanguage } from '../../shared/i18n/language.tsx';
import { DocumentTitle } from '../../shared/ui/document-title.tsx';
import { QueryView } from '../../shared/ui/query-view.tsx';
import classes from './privacy.module.css';
import { policyTextQuery } from './privacy-queries.ts';
import { PublicFrame, VersionLine } from './public-frame.tsx';

/** The privacy policy in force, as it follows from the declarations. */
export function PolicyPage() {
  const t = useTranslations('privacy.policy');
  const { language, textLanguage } = useLanguage();
  const policy = useQuery(policyTextQuery(textLanguage));
  return (
    <PublicFrame>
      <DocumentTitle title={t('title')} />
      <div className={classes.intro}>
        <Title order={1}>{t('title')}</Title>
        <p>{t('intro')}</p>
        {policy.data !== undefined && (
          <VersionLine of={policy.data}>
            <Link to="/privacy/collection-list">{t('listLink')}</Link>
          </VersionLine>
        )}
      </div>
      <QueryView query={policy} skeleton={<Skeleton height={420} radius="lg" />}>
        {({ sections }) => (
          <article className={classes.policy} lang={language}>
            {sections.map((section) => (
              <section key={section.key} id={section.key}>
                <Title order={2}>{section.title}</Title>
                {section.paragraphs.map((paragraph) => (
                  <p key={paragraph}>
                    <Paragraph text={paragraph} />
                  </p>
                ))}
              </section>
            ))}
          </article>
        )}
      </QueryView>
    </PublicFrame>
  );
}

/** Names of fields and cookies stay as they are: they are set in the face of code. */
function Paragraph({ text }: { text: string }) {
  const parts = text.split(/\b([a-z]+(?:_[a-z]+)+)\b/);
  return parts.map((part, index) => (index % 2 === 1 ? <code key={part}>{part}</code> : part));
}
