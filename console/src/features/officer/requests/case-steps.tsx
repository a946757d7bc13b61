import { Alert, Button, Checkbox, Group, Select, Textarea, TextInput } from '@mantine/core';
import { useState, type SubmitEvent } from 'react';
import { useTranslations } from 'use-intl';
import { asProblem } from '../../../shared/api/problem.ts';
import type { CaseStep, OfficerCase } from '../../../shared/api/entities.ts';
import { useProblemText } from '../../../shared/problem-text.ts';
import { ConfirmDialog } from '../../../shared/ui/confirm-dialog.tsx';
import { notifyDone } from '../../../shared/ui/notify.ts';
import { Panel } from '../../../shared/ui/page.tsx';
import classes from '../officer.module.css';
import { useCaseStep } from '../officer-queries.ts';
import { type CaseDraft, draftedStep, emptyDraft, outcomes, stepsOf } from './draft-step.ts';

/** What the officer can do next: choose a step, fill in what the law wants for it, take it. */
export function CaseSteps({ file }: { file: OfficerCase }) {
  const t = useTranslations('officer.steps');
  const text = useProblemText();
  const names = stepsOf(file);
  const [chosen, setChosen] = useState<CaseStep['name']>();
  const [draft, setDraft] = useState<CaseDraft>(emptyDraft);
  const [isAsking, setAsking] = useState(false);
  const step = useCaseStep(file.id);
  const name = names.find((known) => known === chosen) ?? names[0] ?? 'notes';
  const next = draftedStep(name, draft);

  function take() {
    if (next === undefined) return;
    step.mutate(next, {
      onSuccess: () => {
        setDraft(emptyDraft);
        setAsking(false);
        notifyDone(t('done'));
      },
      onError: () => setAsking(false),
    });
  }

  function onSubmit(event: SubmitEvent) {
    event.preventDefault();
    // What cannot be taken back is asked once more.
    if (name === 'erase' || name === 'refuse' || name === 'close') setAsking(true);
    else take();
  }

  return (
    <Panel title={t('title')}>
      <Select
        label={t('step')}
        allowDeselect={false}
        data={names.map((value) => ({ value, label: t(`names.${value}`) }))}
        value={name}
        onChange={(value) => setChosen(names.find((known) => known === value))}
      />
      <form className={classes.form} onSubmit={onSubmit}>
        <p className={classes.hint}>{t(`hints.${name}`)}</p>
        <StepFields file={file} name={name} draft={draft} onChange={setDraft} />
        {step.error !== null && <Alert color="cinnabar">{text(asProblem(step.error))}</Alert>}
        <Group justify="flex-end">
          <Button
            type="submit"
            loading={step.isPending}
            disabled={next === undefined}
            color={name === 'erase' ? 'cinnabar' : undefined}
          >
            {t(`names.${name}`)}
          </Button>
        </Group>
      </form>
      <ConfirmDialog
        isOpen={isAsking}
        title={t(`names.${name}`)}
        confirmLabel={t(`names.${name}`)}
        isBusy={step.isPending}
        error={step.error}
        onConfirm={take}
        onClose={() => setAsking(false)}
      >
        {t(name === 'erase' ? 'eraseWarning' : 'finalWarning')}
      </ConfirmDialog>
    </Panel>
  );
}

interface StepFieldsProps {
  file: OfficerCase;
  name: CaseStep['name'];
  draft: CaseDraft;
  onChange: (draft: CaseDraft) => void;
}

function StepFields({ file, name, draft, onChange }: StepFieldsProps) {
  const t = useTranslations('officer.steps');
  const ground = file.grounds.find(({ code }) => code === draft.code);
  return (
    <>
      {name === 'refuse' && (
        <Select
          label={t('ground')}
          description={ground?.law ?? t('groundHint')}
          required
          data={file.grounds.map(({ code, title }) => ({ value: code, label: title }))}
          value={draft.code === '' ? null : draft.code}
          onChange={(code) => onChange({ ...draft, code: code ?? '' })}
        />
      )}
      {name === 'close' && (
        <Select
          label={t('outcome')}
          allowDeselect={false}
          data={outcomes.map((value) => ({ value, label: t(`outcomes.${value}`) }))}
          value={draft.outcome}
          onChange={(value) =>
            onChange({ ...draft, outcome: outcomes.find((known) => known === value) ?? draft.outcome })
          }
        />
      )}
      {name === 'erase' ? (
        <EraseFields draft={draft} onChange={onChange} isAccountKnown={file.aboutId !== null} />
      ) : (
        <Textarea
          label={t(`texts.${name}`)}
          rows={4}
          maxLength={5000}
          value={draft.text}
          onChange={(event) => onChange({ ...draft, text: event.currentTarget.value })}
        />
      )}
      {name === 'close' && file.type === 'port-to' && (
        <fieldset className={classes.form}>
          <legend>{t('transfer')}</legend>
          {(['isConsentOrContractData', 'isTechnicallyFeasible', 'isHarmlessToOthers'] as const).map(
            (condition) => (
              <Checkbox
                key={condition}
                label={t(`conditions.${condition}`)}
                checked={draft[condition]}
                onChange={(event) => onChange({ ...draft, [condition]: event.currentTarget.checked })}
              />
            ),
          )}
        </fieldset>
      )}
    </>
  );
}

interface EraseFieldsProps {
  draft: CaseDraft;
  onChange: (draft: CaseDraft) => void;
  isAccountKnown: boolean;
}

function EraseFields({ draft, onChange, isAccountKnown }: EraseFieldsProps) {
  const t = useTranslations('officer.steps');
  return (
    <>
      <Select
        label={t('eraseGround')}
        allowDeselect={false}
        data={(
          ['person-request', 'guardian-request', 'minor-without-consent', 'relative-request'] as const
        ).map((value) => ({ value, label: t(`eraseGrounds.${value}`) }))}
        value={draft.ground}
        onChange={(value) => onChange({ ...draft, ground: asGround(value) ?? draft.ground })}
      />
      {!isAccountKnown && (
        <TextInput
          label={t('userId')}
          placeholder="user_…"
          value={draft.userId}
          onChange={(event) => onChange({ ...draft, userId: event.currentTarget.value })}
        />
      )}
      <TextInput
        label={t('balance')}
        description={t('balanceHint')}
        inputMode="decimal"
        value={draft.balanceYuan}
        onChange={(event) => onChange({ ...draft, balanceYuan: event.currentTarget.value })}
      />
    </>
  );
}

function asGround(value: string | null): CaseDraft['ground'] | undefined {
  const known = ['person-request', 'guardian-request', 'minor-without-consent', 'relative-request'] as const;
  return known.find((ground) => ground === value);
}
