import { Alert, Button, Checkbox, Group, Select, Textarea, TextInput } from '@mantine/core';
import { useEffect, useState, type SubmitEvent } from 'react';
import { useTranslations } from 'use-intl';
import { asProblem } from '../../../shared/api/problem.ts';
import type { CaseStep, OfficerCase } from '../../../shared/api/entities.ts';
import { focusWrongField } from '../../../shared/focus-wrong-field.ts';
import { useProblemText } from '../../../shared/problem-text.ts';
import { ConfirmDialog } from '../../../shared/ui/confirm-dialog.tsx';
import { notifyDone } from '../../../shared/ui/notify.ts';
import { Panel } from '../../../shared/ui/page.tsx';
import classes from '../officer.module.css';
import { useCaseStep } from '../officer-queries.ts';
import {
  type CaseDraft,
  type DraftField,
  draftedStep,
  draftFor,
  eraseGrounds,
  outcomes,
  stepsOf,
  wrongField,
} from './draft-step.ts';

/** What the officer can do next: choose a step, fill in what the law wants for it, take it. */
export function CaseSteps({ file }: { file: OfficerCase }) {
  const t = useTranslations('officer.steps');
  const text = useProblemText();
  const names = stepsOf(file);
  const [chosen, setChosen] = useState<CaseStep['name']>();
  const [draft, setDraft] = useState<CaseDraft>(draftFor(file));
  const [isChecked, setChecked] = useState(false);
  const [isAsking, setAsking] = useState(false);
  const step = useCaseStep(file.id);
  const name = names.find((known) => known === chosen) ?? names[0] ?? 'notes';
  const next = draftedStep(name, draft);
  const refused = step.error === null ? undefined : fieldOf(asProblem(step.error).code);
  const wrong = (isChecked ? wrongField(name, draft) : undefined) ?? refused;

  // What the server refuses comes after the form was checked here.
  useEffect(() => {
    if (refused !== undefined) focusWrongField();
  }, [refused]);

  function take() {
    if (next === undefined) return;
    step.mutate(next, {
      onSuccess: () => {
        setChosen(undefined);
        setDraft(draftFor(file));
        setChecked(false);
        setAsking(false);
        notifyDone(t('done'));
      },
      onError: () => setAsking(false),
    });
  }

  function onSubmit(event: SubmitEvent) {
    event.preventDefault();
    step.reset();
    setChecked(true);
    if (next === undefined) return;
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
        onChange={(value) => {
          setChosen(names.find((known) => known === value));
          setChecked(false);
          step.reset();
        }}
      />
      <form className={classes.form} onSubmit={onSubmit} noValidate>
        <p className={classes.hint}>{t(`hints.${name}`)}</p>
        <StepFields file={file} name={name} draft={draft} wrong={wrong} onChange={setDraft} />
        {step.error !== null && refused === undefined && (
          <Alert color="cinnabar">{text(asProblem(step.error))}</Alert>
        )}
        <Group justify="flex-end">
          <Button type="submit" loading={step.isPending} color={name === 'erase' ? 'cinnabar' : undefined}>
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
  wrong: DraftField | undefined;
  onChange: (draft: CaseDraft) => void;
}

function StepFields({ file, name, draft, wrong, onChange }: StepFieldsProps) {
  const t = useTranslations('officer.steps');
  const ground = file.grounds.find(({ code }) => code === draft.code);
  return (
    <>
      {name === 'refuse' && (
        <Select
          label={t('ground')}
          description={ground?.law ?? t('groundHint')}
          error={
            wrong === 'code' &&
            t('groundMissing', { grounds: file.grounds.map(({ title }) => title).join(t('or')) })
          }
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
        <EraseFields draft={draft} wrong={wrong} onChange={onChange} />
      ) : (
        <Textarea
          label={t(`texts.${name}`)}
          autosize
          minRows={4}
          maxRows={16}
          error={wrong === 'text' && t('textMissing')}
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
  wrong: DraftField | undefined;
  onChange: (draft: CaseDraft) => void;
}

function EraseFields({ draft, wrong, onChange }: EraseFieldsProps) {
  const t = useTranslations('officer.steps');
  return (
    <>
      <Select
        label={t('eraseGround')}
        allowDeselect={false}
        data={eraseGrounds.map((value) => ({ value, label: t(`eraseGrounds.${value}`) }))}
        value={draft.ground}
        onChange={(value) =>
          onChange({ ...draft, ground: eraseGrounds.find((known) => known === value) ?? draft.ground })
        }
      />
      <TextInput
        label={t('balance')}
        description={t('balanceHint')}
        inputMode="decimal"
        error={wrong === 'balance' && t('balanceWrong')}
        value={draft.balanceYuan}
        onChange={(event) => onChange({ ...draft, balanceYuan: event.currentTarget.value })}
      />
    </>
  );
}

/** The field that a refusal by the server is about. */
function fieldOf(code: string): DraftField | undefined {
  if (code === 'privacy.refusal_needs_ground') return 'code';
  return code === 'privacy.balance_not_acknowledged' ? 'balance' : undefined;
}
