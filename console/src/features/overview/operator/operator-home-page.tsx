import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { Page } from '../../../shared/ui/page.tsx';
import { QueryView } from '../../../shared/ui/query-view.tsx';
import { useGreeting } from '../greeting.ts';
import { Checklist } from './checklist.tsx';
import { HomeFigures } from './home-figures.tsx';
import { operatorHomeQuery } from './operator-home-query.ts';
import { WaitingPanel } from './waiting-panel.tsx';
import classes from './operator-home.module.css';

/** What an operator sees first: what is left to set up, how the day goes, and what waits. */
export function OperatorHomePage() {
  const t = useTranslations('overview');
  const home = useQuery(operatorHomeQuery);
  return (
    <Page title={t('title')} description={useGreeting()}>
      <QueryView query={home} skeleton={<HomeSkeleton />}>
        {(data) => {
          const isComplete = data.checklist.every(({ isDone }) => isDone);
          return (
            <>
              {!isComplete && <Checklist items={data.checklist} />}
              <HomeFigures home={data} />
              <WaitingPanel home={data} />
              {isComplete && <Checklist items={data.checklist} />}
            </>
          );
        }}
      </QueryView>
    </Page>
  );
}

/** As high as what comes, so that nothing moves when it is there. */
function HomeSkeleton() {
  return (
    <div className={classes.skeleton}>
      <Skeleton height={260} radius="lg" />
      <Skeleton height={128} radius="lg" />
      <Skeleton height={340} radius="lg" />
    </div>
  );
}
