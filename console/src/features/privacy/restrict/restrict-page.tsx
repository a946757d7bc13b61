import { Alert, Button, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Pause, Play } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { asProblem } from '../../../shared/api/problem.ts';
import type { Processing } from '../../../shared/api/entities.ts';
import { useLanguage } from '../../../shared/i18n/language.tsx';
import { useProblemText } from '../../../shared/problem-text.ts';
import { formatTime } from '../../../shared/time.ts';
import { Page, Panel } from '../../../shared/ui/page.tsx';
import { QueryView } from '../../../shared/ui/query-view.tsx';
import { BackToPrivacy } from '../back-to-privacy.tsx';
import { processingQuery, useRestrict } from './processing-queries.ts';
import { PurposeTable } from './purpose-table.tsx';
import classes from './restrict.module.css';

/** One switch for everything that need not go on, and one for each purpose. */
export function RestrictPage() {
  const t = useTranslations('restrict');
  const { textLanguage } = useLanguage();
  const processing = useQuery(processingQuery(textLanguage));
  return (
    <Page title={t('title')} description={t('description')} actions={<BackToPrivacy />}>
      <QueryView query={processing} skeleton={<Skeleton height={420} radius="lg" />}>
        {(data) => (
          <>
            <Switch processing={data} />
            <Panel title={t('purposes')} description={t('purposesHint')} isFlush>
              <PurposeTable processing={data} />
            </Panel>
          </>
        )}
      </QueryView>
    </Page>
  );
}

function Switch({ processing: { restrictedSince } }: { processing: Processing }) {
  const t = useTranslations('restrict');
  const text = useProblemText();
  const restrict = useRestrict();
  const isRestricted = restrictedSince !== null;
  return (
    <Panel>
      <div className={classes.switch} data-on={isRestricted || undefined}>
        <span className={classes.icon} aria-hidden="true">
          {isRestricted ? <Pause size={26} /> : <Play size={26} />}
        </span>
        <div className={classes.words} role="status">
          <h2>{isRestricted ? t('onTitle') : t('offTitle')}</h2>
          <p>{isRestricted ? t('onText', { at: formatTime(restrictedSince) }) : t('offText')}</p>
        </div>
        <Button
          size="md"
          variant={isRestricted ? 'default' : 'filled'}
          loading={restrict.isPending}
          onClick={() => restrict.mutate(!isRestricted)}
        >
          {isRestricted ? t('lift') : t('restrict')}
        </Button>
      </div>
      {restrict.error !== null && (
        <Alert color="cinnabar" mt="md">
          {text(asProblem(restrict.error))}
        </Alert>
      )}
    </Panel>
  );
}
