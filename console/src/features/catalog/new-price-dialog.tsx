import { Alert, Button, Group, Select, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { Dialog } from '../../shared/ui/dialog.tsx';
import { capabilitiesQuery } from '../../shared/api/capabilities.ts';
import { api, unwrap } from '../../shared/api/client.ts';
import type { Model } from '../../shared/api/entities.ts';
import { formatYuan, microsToJson, parseYuan } from '../../shared/money.ts';
import { notifyDone } from '../../shared/ui/notify.ts';
import { useFormProblem } from '../../shared/use-form-problem.ts';

const perMillion = 1_000_000;

interface NewPriceDialogProps {
  /** The model to price; empty to choose one, undefined when the dialog is closed. */
  initialModelId: string | undefined;
  models: readonly Model[];
  onClose: () => void;
}

export function NewPriceDialog({ initialModelId, models, onClose }: NewPriceDialogProps) {
  const t = useTranslations('prices');
  return (
    <Dialog opened={initialModelId !== undefined} onClose={onClose} title={t('newVersion')}>
      {initialModelId !== undefined && (
        <NewPriceForm initialModelId={initialModelId} models={models} onClose={onClose} />
      )}
    </Dialog>
  );
}

function plain(price: { micros: number; perUnits: number } | undefined): string {
  if (price === undefined) return '';
  return formatYuan((BigInt(price.micros) * BigInt(perMillion)) / BigInt(price.perUnits)).replace(
    /[¥,]/g,
    '',
  );
}

function NewPriceForm({ initialModelId, models, onClose }: NewPriceDialogProps & { initialModelId: string }) {
  const t = useTranslations('prices');
  const common = useTranslations('common');
  const queryClient = useQueryClient();
  const initial = models.find((model) => model.id === initialModelId);
  const checkAmount = (value: string) => (parseYuan(value, 6) === undefined ? t('amountInvalid') : null);
  const form = useForm({
    initialValues: {
      modelId: initialModelId,
      input: plain(initial?.price?.input),
      output: plain(initial?.price?.output),
      effectiveFrom: '',
    },
    validate: {
      modelId: (value) => (value === '' ? t('modelMissing') : null),
      input: checkAmount,
      output: checkAmount,
    },
  });
  const problem = useFormProblem(form);
  const create = useMutation({
    mutationFn: ({ modelId, input, output, effectiveFrom }: typeof form.values) =>
      unwrap(
        api.POST('/api/catalog/prices', {
          body: {
            modelId,
            inputMicros: microsToJson(parseYuan(input, 6) ?? 0n),
            inputPerTokens: perMillion,
            outputMicros: microsToJson(parseYuan(output, 6) ?? 0n),
            outputPerTokens: perMillion,
            // The field holds the wall clock of the billing zone.
            effectiveFrom:
              effectiveFrom === '' ? undefined : new Date(`${effectiveFrom}:00+08:00`).toISOString(),
          },
        }),
      ),
    onSuccess: () => {
      notifyDone(t('created'));
      void queryClient.invalidateQueries({ queryKey: ['catalog'] });
      void queryClient.invalidateQueries({ queryKey: capabilitiesQuery.queryKey });
      onClose();
    },
    onError: (error) => problem.show(error),
  });
  const submit = form.onSubmit((values) => {
    problem.clear();
    create.mutate(values);
  });

  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <Select
          label={t('model')}
          searchable
          data={models.map((model) => ({ value: model.id, label: model.id }))}
          {...form.getInputProps('modelId')}
        />
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <TextInput
            label={t('inputPerMillion')}
            leftSection="¥"
            inputMode="decimal"
            autoComplete="off"
            {...form.getInputProps('input')}
          />
          <TextInput
            label={t('outputPerMillion')}
            leftSection="¥"
            inputMode="decimal"
            autoComplete="off"
            {...form.getInputProps('output')}
          />
        </SimpleGrid>
        <TextInput
          label={t('effectiveFrom')}
          description={t('effectiveHint')}
          type="datetime-local"
          {...form.getInputProps('effectiveFrom')}
        />
        <Alert color="amber" p="sm">
          {t('immutable')}
        </Alert>
        {problem.message !== undefined && (
          <Alert color="cinnabar" role="alert">
            {problem.message}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {common('cancel')}
          </Button>
          <Button type="submit" loading={create.isPending}>
            {t('publish')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
