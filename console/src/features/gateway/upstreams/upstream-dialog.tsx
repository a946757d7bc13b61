import {
  ActionIcon,
  Alert,
  Autocomplete,
  Button,
  Checkbox,
  Fieldset,
  Group,
  Stack,
  Switch,
  TextInput,
} from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { Plus, X } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { Dialog } from '../../../shared/ui/dialog.tsx';
import type { Upstream } from '../../../shared/api/entities.ts';
import { notifyDone } from '../../../shared/ui/notify.ts';
import { SecretInput } from '../../../shared/ui/secret-input.tsx';
import { useFormProblem } from '../../../shared/use-form-problem.ts';
import { modelsQuery } from '../../catalog/parts.ts';
import { OperatorFields, operatorOf, operatorValues } from './operator-fields.tsx';
import { useSaveUpstream } from './upstream-queries.ts';
import classes from './upstreams.module.css';

interface UpstreamDialogProps {
  upstream: Upstream | 'new' | undefined;
  onClose: () => void;
}

export function UpstreamDialog({ upstream, onClose }: UpstreamDialogProps) {
  const t = useTranslations('upstreams');
  return (
    <Dialog
      opened={upstream !== undefined}
      onClose={onClose}
      title={upstream === 'new' ? t('add') : t('editTitle')}
      size="lg"
    >
      {upstream !== undefined && (
        <UpstreamForm upstream={upstream === 'new' ? undefined : upstream} onClose={onClose} />
      )}
    </Dialog>
  );
}

const protocolNames = ['chat', 'messages', 'responses'] as const;
const blankModel = { modelId: '', upstreamModel: '' };

function isUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

function UpstreamForm({ upstream, onClose }: { upstream: Upstream | undefined; onClose: () => void }) {
  const t = useTranslations('upstreams');
  const common = useTranslations('common');
  const models = useQuery(modelsQuery).data?.items ?? [];
  const save = useSaveUpstream(upstream?.id);
  const required = (value: string) => (value.trim() === '' ? t('required') : null);
  const form = useForm({
    initialValues: {
      name: upstream?.name ?? '',
      baseUrl: upstream?.baseUrl ?? '',
      apiKey: '',
      models: upstream?.models ?? [blankModel],
      enabled: upstream?.enabled ?? true,
      continuousUsage: upstream?.continuousUsage ?? false,
      protocols: upstream?.protocols ?? ['chat' as const],
      doesAbort: upstream?.whenClientLeaves === 'abort',
      ...operatorValues(upstream?.operator ?? null),
    },
    validate: {
      name: required,
      baseUrl: (value) => (isUrl(value) ? null : t('urlInvalid')),
      models: { modelId: required, upstreamModel: required },
      protocols: (value) => (value.length > 0 ? null : t('required')),
      operator: {
        name: (value, { isOutside }) => (isOutside ? required(value) : null),
        contact: (value, { isOutside }) => (isOutside ? required(value) : null),
        contract: (value, { isOutside }) => (isOutside ? required(value) : null),
        region: (value, { isOutside }) =>
          isOutside && !/^[A-Z]{2}$/.test(value) ? t('operator.regionInvalid') : null,
        mechanism: (value, { isOutside, operator: { region } }) =>
          isOutside && region !== 'CN' && value === null ? t('required') : null,
        trains: (value, { isOutside }) => (isOutside && value ? t('operator.mustNotTrain') : null),
      },
    },
  });
  const problem = useFormProblem(form);
  const submit = form.onSubmit(({ apiKey, doesAbort, isOutside, operator, ...values }) => {
    problem.clear();
    const body = {
      ...values,
      operator: operatorOf({ isOutside, operator }),
      whenClientLeaves: doesAbort ? ('abort' as const) : ('drain' as const),
    };
    save.mutate(apiKey === '' ? body : { ...body, apiKey }, {
      onSuccess: () => {
        notifyDone(common('saved'));
        onClose();
      },
      onError: (error) => problem.show(error),
    });
  });

  return (
    <form onSubmit={submit} noValidate autoComplete="off">
      <Stack gap="md">
        <TextInput label={t('name')} data-autofocus {...form.getInputProps('name')} />
        <TextInput
          label={t('baseUrl')}
          description={t('baseUrlHint')}
          placeholder="http://10.0.0.12:8000/v1"
          spellCheck={false}
          {...form.getInputProps('baseUrl')}
        />
        <SecretInput
          label={t('apiKey')}
          description={upstream?.hasApiKey === true ? t('apiKeyKeep') : t('apiKeyHint')}
          autoComplete="new-password"
          {...form.getInputProps('apiKey')}
        />
        <Fieldset legend={t('models')} variant="unstyled" className="plain-fieldset">
          <Stack gap="xs">
            {form.values.models.map((_, index) => (
              // Rows have no identity of their own while they are edited; their place is what names them.
              <div key={index} className={classes.mapping}>
                <Autocomplete
                  aria-label={t('modelId')}
                  placeholder={t('modelId')}
                  data={models.map((model) => model.id)}
                  {...form.getInputProps(`models.${index}.modelId`)}
                />
                <TextInput
                  aria-label={t('upstreamModel')}
                  placeholder={t('upstreamModel')}
                  spellCheck={false}
                  {...form.getInputProps(`models.${index}.upstreamModel`)}
                />
                {form.values.models.length > 1 && (
                  <ActionIcon
                    variant="subtle"
                    color="gray"
                    size="lg"
                    onClick={() => form.removeListItem('models', index)}
                    aria-label={t('removeModel')}
                  >
                    <X size={16} />
                  </ActionIcon>
                )}
              </div>
            ))}
            <Group>
              <Button
                variant="subtle"
                size="compact-sm"
                leftSection={<Plus size={14} />}
                onClick={() => form.insertListItem('models', blankModel)}
              >
                {t('addModel')}
              </Button>
            </Group>
          </Stack>
        </Fieldset>
        <Checkbox.Group
          label={t('protocols')}
          description={t('protocolsHint')}
          {...form.getInputProps('protocols')}
        >
          <Group mt="xs">
            {protocolNames.map((name) => (
              <Checkbox key={name} value={name} label={t(`protocolNames.${name}`)} />
            ))}
          </Group>
        </Checkbox.Group>
        <OperatorFields form={form} />
        <Switch
          label={t('continuousUsage')}
          description={t('continuousUsageHint')}
          {...form.getInputProps('continuousUsage', { type: 'checkbox' })}
        />
        <Switch
          label={t('doesAbort')}
          description={t('doesAbortHint')}
          {...form.getInputProps('doesAbort', { type: 'checkbox' })}
        />
        <Switch label={t('enabled')} {...form.getInputProps('enabled', { type: 'checkbox' })} />
        {problem.message !== undefined && (
          <Alert color="cinnabar" role="alert">
            {problem.message}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {common('cancel')}
          </Button>
          <Button type="submit" loading={save.isPending}>
            {common('save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
