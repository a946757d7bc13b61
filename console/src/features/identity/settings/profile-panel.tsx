import { Alert, Button, SimpleGrid, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslations } from 'use-intl';
import { CopyIcon } from '../../../shared/ui/copy.tsx';
import { notifyDone } from '../../../shared/ui/notify.ts';
import { Panel } from '../../../shared/ui/page.tsx';
import { useFormProblem } from '../../../shared/use-form-problem.ts';
import { useMe, useUpdateMe } from '../session.ts';
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
  const submit = form.onSubmit(({ displayName, username }) => {
    problem.clear();
    const patch = {
      displayName: displayName.trim() === '' ? null : displayName.trim(),
      ...(username === user.username ? {} : { username: username.trim() }),
    };
    update.mutate(patch, {
      onSuccess: () => {
        notifyDone(common('saved'));
        form.resetDirty();
      },
      onError: (error) => problem.show(error),
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
