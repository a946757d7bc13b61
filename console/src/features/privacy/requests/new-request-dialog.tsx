import { Alert, Button, Group, SegmentedControl, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { RequestOptions } from '../../../shared/api/entities.ts';
import { useLanguage } from '../../../shared/i18n/language.tsx';
import { Dialog } from '../../../shared/ui/dialog.tsx';
import { notifyDone } from '../../../shared/ui/notify.ts';
import { QueryView } from '../../../shared/ui/query-view.tsx';
import { useFormProblem } from '../../../shared/use-form-problem.ts';
import { StepUpFields } from '../step-up/step-up-fields.tsx';
import { useStepUp } from '../step-up/use-step-up.ts';
import { optionsQuery, useOpenCase } from './case-queries.ts';
import { contentOf, emptyRequest, RequestFields, type RequestValues } from './request-fields.tsx';
import { pageFor } from './page-for-request.ts';

interface NewRequestDialogProps {
  isOpen: boolean;
  initialType: RequestValues['type'];
  onClose: () => void;
}

export function NewRequestDialog({ isOpen, initialType, onClose }: NewRequestDialogProps) {
  const t = useTranslations('requests');
  const { textLanguage } = useLanguage();
  const options = useQuery(optionsQuery(textLanguage));
  return (
    <Dialog opened={isOpen} onClose={onClose} title={t('newTitle')} size="lg">
      {isOpen && (
        <QueryView query={options}>
          {(data) => <NewRequestForm options={data} initialType={initialType} onClose={onClose} />}
        </QueryView>
      )}
    </Dialog>
  );
}

interface NewRequestFormProps extends Omit<NewRequestDialogProps, 'isOpen'> {
  options: RequestOptions;
}

function NewRequestForm({ options, initialType, onClose }: NewRequestFormProps) {
  const t = useTranslations('requests');
  const common = useTranslations('common');
  const navigate = useNavigate();
  const open = useOpenCase();
  const stepUp = useStepUp();
  const [confirms, setConfirms] = useState<'now' | 'later'>('now');
  const form = useForm<RequestValues>({
    initialValues: { ...emptyRequest, type: initialType },
    validate: {
      type: (value) => (value === null ? t('type') : null),
      description: (value) => (value.trim() === '' ? t('descriptionMissing') : null),
    },
  });
  const problem = useFormProblem(form);
  const { type, role } = form.values;
  const page = role === 'self' ? pageFor(type) : undefined;
  const needsProof =
    role === 'self' && options.types.some(({ key, needsProof: needs }) => key === type && needs);

  const submit = form.onSubmit((values) => {
    problem.clear();
    const proof = needsProof && confirms === 'now' ? stepUp.findProof() : null;
    if (proof === undefined) return;
    open.mutate(
      { ...contentOf(values), ...(proof === null ? {} : { proof }) },
      {
        onSuccess: ({ id }) => {
          notifyDone(t('sent', { id }));
          onClose();
          void navigate({ to: '/privacy/requests/$caseId', params: { caseId: id } });
        },
        onError: (error) => {
          if (!stepUp.takesProblem(error)) problem.show(error);
        },
      },
    );
  });

  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <RequestFields form={form} options={options} />
        {page !== undefined && (
          <Alert color="celadon">
            {t('selfService')} <Link to={page}>{t('selfServiceLink')}</Link>
          </Alert>
        )}
        {needsProof && (
          <>
            <p style={{ margin: 0, color: 'var(--ink-soft)' }}>{t('needsProof')}</p>
            <SegmentedControl
              value={confirms}
              onChange={setConfirms}
              aria-label={t('confirm')}
              data={[
                { value: 'now', label: t('now') },
                { value: 'later', label: t('later') },
              ]}
            />
            {confirms === 'now' && <StepUpFields stepUp={stepUp} />}
          </>
        )}
        {problem.message !== undefined && <Alert color="cinnabar">{problem.message}</Alert>}
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            {common('cancel')}
          </Button>
          <Button type="submit" loading={open.isPending}>
            {t('send')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
