import { Alert, Badge, Button } from '@mantine/core';
import { Check } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { asProblem } from '../../../shared/api/problem.ts';
import type { Consent } from '../../../shared/api/entities.ts';
import { useProblemText } from '../../../shared/problem-text.ts';
import { Instant } from '../../../shared/ui/instant.tsx';
import { Panel } from '../../../shared/ui/page.tsx';
import { type Decision, useDecide } from './consent-queries.ts';
import classes from './choices.module.css';
import { NoticeText } from './notice-text.tsx';
import { ReceiptButton } from './receipt-button.tsx';

const colorByState = {
  undecided: 'gray',
  given: 'celadon',
  refused: 'gray',
  withdrawn: 'gray',
  outdated: 'amber',
} as const satisfies Record<Consent['state'], string>;

/** What can be decided from where the person stands. Yes and no look the same and lie side by side. */
const decisionsByState = {
  undecided: ['refuse', 'give'],
  given: ['withdraw'],
  refused: ['give'],
  withdrawn: ['give'],
  outdated: ['refuse', 'give'],
} as const satisfies Record<Consent['state'], readonly Decision[]>;

export function ChoiceCard({ consent }: { consent: Consent }) {
  const t = useTranslations('choices');
  const text = useProblemText();
  const decide = useDecide(consent);
  const { state, decidedAt, eventId, notice } = consent;
  const isSettled = state === 'refused' || state === 'withdrawn';

  function labelOf(decision: Decision): string {
    if (decision === 'give') return isSettled ? t('agreeNow') : t('agree');
    return t(decision);
  }

  function failureText(): string {
    const problem = asProblem(decide.error);
    return problem.code === 'privacy.shown_token_refused' ? t('textChanged') : text(problem);
  }

  return (
    <Panel
      id={consent.purpose}
      title={notice.title}
      actions={
        <span className={classes.state}>
          <Badge
            color={colorByState[state]}
            size="lg"
            leftSection={state === 'given' ? <Check size={13} /> : undefined}
          >
            {t(`states.${state}`)}
          </Badge>
          {decidedAt !== null && <Instant at={decidedAt} />}
        </span>
      }
    >
      {state === 'undecided' && <p className={classes.hint}>{t('nothingHappens')}</p>}
      {state === 'outdated' && (
        <Alert color="amber" mb="md">
          {t('outdatedHint')}
        </Alert>
      )}
      <NoticeText sections={notice.sections} label={t('text')} />
      <div className={classes.actions}>
        <div className={classes.buttons} role="group" aria-label={notice.title}>
          {decisionsByState[state].map((decision) => (
            <Button
              key={decision}
              variant="default"
              loading={decide.isPending && decide.variables === decision}
              disabled={decide.isPending}
              onClick={() => decide.mutate(decision)}
            >
              {labelOf(decision)}
            </Button>
          ))}
        </div>
        {eventId !== null && <ReceiptButton consentId={eventId} />}
      </div>
      <p role="status" className={classes.done}>
        {decide.isSuccess && t(`done.${decide.variables}`)}
      </p>
      {decide.error !== null && <Alert color="cinnabar">{failureText()}</Alert>}
    </Panel>
  );
}
