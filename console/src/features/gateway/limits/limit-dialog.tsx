import { FormEnd } from '../../../shared/ui/form-end.tsx';
import { Select, Stack, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { useReason } from '../../../shared/api/reason.ts';
import { Dialog } from '../../../shared/ui/dialog.tsx';
import { notifyDone } from '../../../shared/ui/notify.ts';
import { ReasonForm } from '../../../shared/ui/reason-gate.tsx';
import { useFormProblem } from '../../../shared/use-form-problem.ts';
import { modelsQuery } from '../../catalog/parts.ts';
import { RateFields, ratesOf, rateTextsOf, TenantSelect, useRateRules } from '../../identity/parts.ts';
import { type AnyLimit, useSaveLimit } from './limit-queries.ts';

/** A limit to change, or one to make: for every account, or for one. */
export type EditedLimit = AnyLimit | 'model' | 'account';

interface LimitDialogProps {
  edited: EditedLimit | undefined;
  onClose: () => void;
}

export function LimitDialog({ edited, onClose }: LimitDialogProps) {
  const t = useTranslations('limits');
  const reason = useReason();
  return (
    <Dialog opened={edited !== undefined} onClose={onClose} title={titleOf(t, edited)}>
      {edited === 'account' && reason === '' ? (
        <ReasonForm />
      ) : (
        edited !== undefined && <LimitForm edited={edited} onClose={onClose} />
      )}
    </Dialog>
  );
}

function titleOf(t: ReturnType<typeof useTranslations<'limits'>>, edited: EditedLimit | undefined): string {
  if (edited === 'model' || edited === 'account') return t(edited === 'model' ? 'add' : 'addException');
  return t('edit', { model: edited?.modelId ?? t('eachModel') });
}

/** The choice of each model, which no model is named like: ids have no spaces. */
const each = ' ';

function LimitForm({ edited, onClose }: { edited: EditedLimit; onClose: () => void }) {
  const t = useTranslations('limits');
  const common = useTranslations('common');
  const models = useQuery(modelsQuery).data?.items ?? [];
  const save = useSaveLimit();
  const rateRules = useRateRules();
  const known = typeof edited === 'string' ? undefined : edited;
  const isOfAccount = edited === 'account' || (known !== undefined && 'tenantId' in known);
  const form = useForm({
    initialValues: {
      tenantId: known !== undefined && 'tenantId' in known ? known.tenantId : '',
      modelId: known === undefined ? (isOfAccount ? each : '') : (known.modelId ?? each),
      ...rateTextsOf(known),
    },
    validate: {
      tenantId: (value) => (isOfAccount && value === '' ? t('accountMissing') : null),
      modelId: (value) => (value === '' ? t('modelMissing') : null),
      ...rateRules,
    },
  });
  const problem = useFormProblem(form);
  const submit = form.onSubmit(({ tenantId, modelId, ...texts }) => {
    problem.clear();
    const limits = ratesOf(texts);
    save.mutate(
      isOfAccount
        ? { tenantId, modelId: modelId === each ? null : modelId, ...limits }
        : { modelId, ...limits },
      {
        onSuccess: () => {
          notifyDone(common('saved'));
          onClose();
        },
        onError: (error) => problem.show(error),
      },
    );
  });
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        {edited === 'account' && (
          <TenantSelect
            label={t('account')}
            placeholder={t('accountHint')}
            nothingFoundMessage={t('noAccount')}
            value={form.values.tenantId}
            error={form.errors.tenantId}
            onPick={(tenantId) => form.setFieldValue('tenantId', tenantId)}
          />
        )}
        {known === undefined && (
          <Select
            label={t('model')}
            searchable
            allowDeselect={false}
            data={[
              ...(isOfAccount ? [{ value: each, label: t('eachModel') }] : []),
              ...models.map(({ id }) => ({ value: id, label: id })),
            ]}
            {...form.getInputProps('modelId')}
          />
        )}
        <Text size="sm" c="dimmed">
          {t(isOfAccount ? 'exceptionFieldsHint' : 'fieldsHint')}
        </Text>
        <RateFields form={form} />
        <FormEnd problem={problem.message} isSaving={save.isPending} onCancel={onClose} />
      </Stack>
    </form>
  );
}
