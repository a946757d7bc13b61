import { Alert, Button, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslations } from 'use-intl';
import { CopyIcon } from '../../../shared/ui/copy.tsx';
import { notifyDone } from '../../../shared/ui/notify.ts';
import { Panel } from '../../../shared/ui/page.tsx';
import { useFormProblem } from '../../../shared/use-form-problem.ts';
import { StepUpFields, useStepUp } from '../../privacy/parts.ts';
import { useMe, useUpdateMe } from '../../../shared/api/session.ts';
import { ContactFields } from './contact-fields.tsx';

export function ProfilePanel() {
  const t = useTranslations('settings');
  const identity = useTranslations('identity');
  const common = useTranslations('common');
  const { user } = useMe();
  const update = useUpdateMe();
  const form = useForm({
    initialValues: { displayName: user.displayName ?? '', username: user.username },
    validate: {
      displayName: (value) => ([...value.trim()].length > 64 ? t('displayNameLong') : null),
      username: (value) => (value.trim() === '' ? identity('usernameInvalid') : null),
    },
  });
  const problem = useFormProblem(form);
  const stepUp = useStepUp();
  const isRenamed = form.values.username.trim() !== user.username;
  const submit = form.onSubmit(({ displayName, username }) => {
    problem.clear();
    const proof = isRenamed ? stepUp.findProof() : undefined;
    if (isRenamed && proof === undefined) return;
    const patch = {
      displayName: displayName.trim() === '' ? null : displayName.trim(),
      ...(isRenamed && { username: username.trim(), proof }),
    };
    update.mutate(patch, {
      onSuccess: () => {
        notifyDone(common('saved'));
        form.resetDirty();
        stepUp.change('');
      },
      onError: (error) => {
        if (!isRenamed || !stepUp.takesProblem(error)) problem.show(error);
      },
    });
  });

  return (
    <Panel title={t('profile')}>
      <form onSubmit={submit} noValidate>
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <TextInput
            label={t('displayName')}
            autoComplete="nickname"
            {...form.getInputProps('displayName')}
          />
          <TextInput
            label={identity('username')}
            autoComplete="username"
            spellCheck={false}
            {...form.getInputProps('username')}
          />
        </SimpleGrid>
        {isRenamed && (
          <Stack gap="sm" mt="md" maw={420}>
            <Text size="sm" c="dimmed">
              {t('usernameHint')}
            </Text>
            <StepUpFields stepUp={stepUp} />
          </Stack>
        )}
        {problem.message !== undefined && (
          <Alert color="cinnabar" role="alert" mt="md">
            {problem.message}
          </Alert>
        )}
        <Button type="submit" mt="lg" mb="xl" loading={update.isPending} disabled={!form.isDirty()}>
          {common('save')}
        </Button>
      </form>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <ContactFields />
        <TextInput
          label={t('userId')}
          value={user.id}
          readOnly
          variant="filled"
          classNames={{ input: 'mono' }}
          rightSection={<CopyIcon value={user.id} />}
        />
      </SimpleGrid>
    </Panel>
  );
}
