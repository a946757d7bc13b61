import { Alert, Button, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { ChevronLeft } from 'lucide-react';
import type { SubmitEvent } from 'react';
import { useTranslations } from 'use-intl';
import { asProblem } from '../../../shared/api/problem.ts';
import { useLanguage } from '../../../shared/i18n/language.tsx';
import { useProblemText } from '../../../shared/problem-text.ts';
import { LinkButton } from '../../../shared/ui/link-button.tsx';
import { Page, Panel } from '../../../shared/ui/page.tsx';
import { QueryView } from '../../../shared/ui/query-view.tsx';
import { StepUpFields } from '../step-up/step-up-fields.tsx';
import { useStepUp } from '../step-up/use-step-up.ts';
import { CaseActions } from './case-actions.tsx';
import { caseQuery, useCaseActs } from './case-queries.ts';
import { CaseView } from './case-view.tsx';

/** One request of the person: where it stands, what it waits for, and everything that was written. */
export function RequestPage() {
  const t = useTranslations('requests');
  const { caseId } = useParams({ from: '/signed-in/privacy/requests/$caseId' });
  const { textLanguage } = useLanguage();
  const file = useQuery(caseQuery(caseId, textLanguage));
  const acts = useCaseActs(caseId);
  return (
    <Page
      title={file.data?.typeLabel ?? t('title')}
      actions={
        <LinkButton
          to="/privacy/requests"
          variant="subtle"
          color="gray"
          leftSection={<ChevronLeft size={16} />}
        >
          {t('back')}
        </LinkButton>
      }
    >
      <QueryView query={file} skeleton={<Skeleton height={360} radius="lg" />}>
        {(data) => (
          <CaseView file={data}>
            {data.waitingFor === 'step-up' && <Confirm confirm={acts.confirm} />}
            {data.isOpen && <CaseActions answer={acts.answer} withdraw={acts.withdraw} />}
          </CaseView>
        )}
      </QueryView>
    </Page>
  );
}

function Confirm({ confirm }: { confirm: ReturnType<typeof useCaseActs>['confirm'] }) {
  const t = useTranslations('requests');
  const text = useProblemText();
  const stepUp = useStepUp();

  function onSubmit(event: SubmitEvent) {
    event.preventDefault();
    const proof = stepUp.findProof();
    if (proof !== undefined) confirm.mutate(proof, { onError: (error) => void stepUp.takesProblem(error) });
  }

  return (
    <Panel>
      <form onSubmit={onSubmit} noValidate style={{ display: 'grid', gap: 12, maxWidth: 420 }}>
        <StepUpFields stepUp={stepUp} />
        {confirm.error !== null && stepUp.error === undefined && (
          <Alert color="cinnabar">{text(asProblem(confirm.error))}</Alert>
        )}
        <Button type="submit" loading={confirm.isPending}>
          {t('confirm')}
        </Button>
      </form>
    </Panel>
  );
}
