import { Alert, Button, Group, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { api, done } from '../../shared/api/client.ts';
import { notifyDone } from '../../shared/ui/notify.ts';
import { Panel } from '../../shared/ui/page.tsx';
import { SecretInput } from '../../shared/ui/secret-input.tsx';
import { useFormProblem } from '../../shared/use-form-problem.ts';

/** Appoints another operator, proved by the password of the operator who does it. */
export function AppointOperatorPanel() {
  const t = useTranslations('tenants');
  const form = useForm({
    initialValues: { username: '', password: '' },
    validate: {
      username: (value) => (value.trim() === '' ? t('usernameMissing') : null),
      password: (value) => (value === '' ? t('passwordMissing') : null),
    },
  });
  const problem = useFormProblem(form);
  const appoint = useMutation({
    mutationFn: ({ username, password }: typeof form.values) =>
      done(api.POST('/api/identity/operators', { body: { username: username.trim(), proof: { password } } })),
    onSuccess: (_nothing, { username }) => {
      notifyDone(t('appointed', { name: username.trim() }));
      form.reset();
    },
    onError: (error) => problem.show(error),
  });
  const submit = form.onSubmit((values) => {
    problem.clear();
    appoint.mutate(values);
  });
  return (
    <Panel title={t('appoint')} description={t('appointHint')}>
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          <SimpleGrid cols={{ base: 1, xs: 2 }}>
            <TextInput
              label={t('appointUsername')}
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              {...form.getInputProps('username')}
            />
            <SecretInput
              label={t('ownPassword')}
              autoComplete="current-password"
              {...form.getInputProps('password')}
            />
          </SimpleGrid>
          {problem.message !== undefined && (
            <Alert color="cinnabar" role="alert">
              {problem.message}
            </Alert>
          )}
          <Group>
            <Button type="submit" loading={appoint.isPending}>
              {t('appoint')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Panel>
  );
}
