import { Button } from '@mantine/core';
import { useState } from 'react';
import { Link } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import { useCanReach } from '../../../shared/api/capabilities.ts';
import { useJoinedWords } from '../../../shared/i18n/join-words.ts';
import { asProblem } from '../../../shared/api/problem.ts';
import { useProblemText } from '../../../shared/problem-text.ts';
import { LinkButton } from '../../../shared/ui/link-button.tsx';
import { notifyDone, notifyFailure } from '../../../shared/ui/notify.ts';
import { DatumValue } from '../datum-value.tsx';
import classes from './correct.module.css';
import { type FormField, type Place, useCorrect } from './correction-queries.ts';
import { EditHere } from './edit-here.tsx';
import { RequestCorrection } from './request-correction.tsx';

interface CorrectionFieldProps {
  place: Place;
  field: FormField;
}

/** What became of the last change of this field. */
type Outcome = { kind: 'corrected'; before: FormField['value'] } | { kind: 'requested'; caseId: string };

/** One value: as it is, the way to change it, and what became of the change. */
export function CorrectionField({ place, field }: CorrectionFieldProps) {
  const [isOpen, setOpen] = useState(false);
  const [outcome, setOutcome] = useState<Outcome | undefined>(undefined);
  const close = () => setOpen(false);
  return (
    <li className={classes.field}>
      <div className={classes.head}>
        <div className={classes.value}>
          <span>{field.title}</span>
          <strong>
            <DatumValue value={field.value} facts={field} />
          </strong>
          <Reason field={field} />
        </div>
        {!isOpen && <Opener field={field} onOpen={() => setOpen(true)} />}
      </div>
      {isOpen && field.change.kind === 'here' && (
        <EditHere
          place={place}
          field={field}
          onDone={() => {
            setOutcome({ kind: 'corrected', before: field.value });
            close();
          }}
          onClose={close}
        />
      )}
      {isOpen && field.change.kind === 'request' && (
        <RequestCorrection
          place={place}
          field={field}
          onDone={(caseId) => {
            setOutcome({ kind: 'requested', caseId });
            close();
          }}
          onClose={close}
        />
      )}
      {outcome !== undefined && !isOpen && (
        <Told outcome={outcome} place={place} field={field} onUndone={() => setOutcome(undefined)} />
      )}
    </li>
  );
}

function Reason({ field: { change } }: { field: FormField }) {
  const t = useTranslations('correct');
  return change.kind === 'request' ? <small>{t('requestHint')}</small> : null;
}

function Opener({ field, onOpen }: { field: FormField; onOpen: () => void }) {
  const t = useTranslations('correct');
  const { labelled } = useJoinedWords();
  const { change, title } = field;
  const canReach = useCanReach();
  switch (change.kind) {
    case 'no':
      return null;
    case 'elsewhere':
      return (
        <LinkButton to="/settings" variant="default" size="compact-sm">
          {t('toSettings')}
        </LinkButton>
      );
    case 'here':
    case 'request': {
      if (change.kind === 'here' && change.code && !canReach[change.code])
        return <small>{t(change.code === 'sms' ? 'noTextMessages' : 'noMail')}</small>;
      const label = change.kind === 'here' ? t('correct') : t('ask');
      return (
        <Button variant="default" size="compact-sm" onClick={onOpen} aria-label={labelled(label, title)}>
          {label}
        </Button>
      );
    }
  }
}

interface ToldProps extends CorrectionFieldProps {
  outcome: Outcome;
  onUndone: () => void;
}

function Told({ outcome, place, field, onUndone }: ToldProps) {
  const t = useTranslations('correct');
  const text = useProblemText();
  const correct = useCorrect();
  if (outcome.kind === 'requested')
    return (
      <p role="status" className={classes.told}>
        {t('requested')}{' '}
        <Link to="/privacy/requests/$caseId" params={{ caseId: outcome.caseId }}>
          {t('openRequest')}
        </Link>
      </p>
    );
  // A proven contact is changed back by proving the old one, not by a click.
  const canUndo = !field.change.code;

  function undo(before: FormField['value']) {
    correct.mutate(
      { corrections: [{ ...place, value: before }] },
      {
        onSuccess: () => {
          notifyDone(t('undone'));
          onUndone();
        },
        onError: (error) => notifyFailure(text(asProblem(error))),
      },
    );
  }

  return (
    <p role="status" className={classes.told}>
      {t('saved')}{' '}
      {canUndo && (
        <Button
          variant="subtle"
          size="compact-sm"
          loading={correct.isPending}
          onClick={() => undo(outcome.before)}
        >
          {t('undo')}
        </Button>
      )}
    </p>
  );
}
