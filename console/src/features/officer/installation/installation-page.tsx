import { Alert, Button, Group, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { api, unwrap } from '../../../shared/api/client.ts';
import type { Installation } from '../../../shared/api/entities.ts';
import { notifyDone } from '../../../shared/ui/notify.ts';
import { Page, Panel } from '../../../shared/ui/page.tsx';
import { QueryView } from '../../../shared/ui/query-view.tsx';
import { useFormProblem } from '../../../shared/use-form-problem.ts';
import { installationQuery } from '../../privacy/parts.ts';

/** Who runs this installation: what the policy says of its handler. */
export function InstallationPage() {
  const t = useTranslations('installation');
  const installation = useQuery(installationQuery);
  return (
    <Page title={t('title')} description={t('description')}>
      <Panel>
        <QueryView query={installation}>
          {(answer) => (
            <>
              {!answer.isNamed && (
                <Alert color="amber" mb="md">
                  {t('unnamed')}
                </Alert>
              )}
              <InstallationForm initial={answer.installation} />
            </>
          )}
        </QueryView>
      </Panel>
    </Page>
  );
}

const inBothLanguages = ['name', 'address', 'privacyOfficer', 'storagePlace'] as const;
const inOne = ['brand', 'email', 'privacyEmail', 'phone', 'creditCode', 'icpNumber'] as const;
const optional: readonly string[] = ['phone', 'creditCode', 'icpNumber'];

function InstallationForm({ initial }: { initial: Installation }) {
  const t = useTranslations('installation');
  const common = useTranslations('common');
  const queryClient = useQueryClient();
  const { phone, creditCode, icpNumber, ...rest } = initial;
  const form = useForm({
    initialValues: { ...rest, phone: phone ?? '', creditCode: creditCode ?? '', icpNumber: icpNumber ?? '' },
  });
  const problem = useFormProblem(form);
  const save = useMutation({
    mutationFn: (values: typeof form.values) =>
      unwrap(
        api.PUT('/api/privacy/installation', {
          body: {
            ...values,
            phone: orNull(values.phone),
            creditCode: orNull(values.creditCode),
            icpNumber: orNull(values.icpNumber),
          },
        }),
      ),
    onSuccess: () => {
      notifyDone(t('saved'));
      void queryClient.invalidateQueries({ queryKey: ['privacy'] });
    },
    onError: (error) => problem.show(error),
  });
  return (
    <form
      noValidate
      onSubmit={form.onSubmit((values) => {
        problem.clear();
        save.mutate(values);
      })}
    >
      <Stack gap="md">
        {inBothLanguages.map((name) => (
          <SimpleGrid key={name} cols={{ base: 1, sm: 2 }}>
            <TextInput
              label={t('inChinese', { field: t(`fields.${name}`) })}
              lang="zh-CN"
              required
              {...form.getInputProps(`${name}.zh`)}
            />
            <TextInput
              label={t('inEnglish', { field: t(`fields.${name}`) })}
              lang="en"
              required
              {...form.getInputProps(`${name}.en`)}
            />
          </SimpleGrid>
        ))}
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          {inOne.map((name) => (
            <TextInput
              key={name}
              label={t(`fields.${name}`)}
              required={!optional.includes(name)}
              {...form.getInputProps(name)}
            />
          ))}
        </SimpleGrid>
        {problem.message !== undefined && (
          <Alert color="cinnabar" role="alert">
            {problem.message}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button type="submit" loading={save.isPending}>
            {common('save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function orNull(text: string): string | null {
  return text.trim() === '' ? null : text.trim();
}
