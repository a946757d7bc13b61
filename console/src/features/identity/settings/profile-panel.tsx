import { Alert, Button, SimpleGrid, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslations } from 'use-intl';
import { CopyIcon } from '../../../shared/ui/copy.tsx';
import { notifyDone } from '../../../shared/ui/notify.ts';
import { Panel } from '../../../shared/ui/page.tsx';
import { useFormProblem } from '../../../shared/use-form-problem.ts';
import { isEmail } from '../phone.ts';
import { useMe, useUpdateMe } from '../session.ts';

export function ProfilePanel() {
  const t = useTranslations('settings');
  const identity = useTranslations('identity');
  const common = useTranslations('common');
  const { user } = useMe();
  const update = useUpdateMe();
  const form = useForm({
    initialValues: { displayName: user.displayName ?? '', username: user.username ?? '', email: user.email ?? '' },
    validate: {
      displayName: (value) => ([...value].length > 64 ? t('displayNameLong') : null),
      username: (value) => (value === (user.username ?? '') || /^[a-zA-Z][a-zA-Z0-9_-]{2,31}$/.test(value) ? null : identity('usernameInvalid')),
      email: (value) => (value === (user.email ?? '') || isEmail(value) ? null : identity('emailInvalid')),
    },
  });
  const problem = useFormProblem(form);
  const submit = form.onSubmit((values) => {
    problem.clear();
    // Only what was changed is sent: the e-mail shown may be masked.
    const patch = {
      ...(values.displayName === (user.displayName ?? '') ? {} : { displayName: values.displayName.trim() }),
      ...(values.username === (user.username ?? '') ? {} : { username: values.username.trim() }),
      ...(values.email === (user.email ?? '') ? {} : { email: values.email.trim() }),
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
          <TextInput label={t('displayName')} autoComplete="nickname" {...form.getInputProps('displayName')} />
          <TextInput label={identity('username')} autoComplete="username" spellCheck={false} {...form.getInputProps('username')} />
          <TextInput label={identity('email')} type="email" autoComplete="email" {...form.getInputProps('email')} />
          <TextInput label={identity('phone')} value={user.phone ?? ''} placeholder={t('noPhone')} readOnly variant="filled" />
          <TextInput
            label={t('userId')}
            value={user.id}
            readOnly
            variant="filled"
            classNames={{ input: 'mono' }}
            rightSection={<CopyIcon value={user.id} />}
          />
        </SimpleGrid>
        {problem.message !== undefined && (
          <Alert color="cinnabar" role="alert" mt="md">
            {problem.message}
          </Alert>
        )}
        <Button type="submit" mt="lg" loading={update.isPending} disabled={!form.isDirty()}>
          {common('save')}
        </Button>
      </form>
    </Panel>
  );
}
