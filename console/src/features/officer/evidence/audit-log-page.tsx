import { Alert, Button, Group } from '@mantine/core';
import { useMutation, useQuery, useQueryClient, queryOptions } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { api, unwrap } from '../../../shared/api/client.ts';
import { asProblem } from '../../../shared/api/problem.ts';
import { useProblemText } from '../../../shared/problem-text.ts';
import { CopyIcon } from '../../../shared/ui/copy.tsx';
import { Instant } from '../../../shared/ui/instant.tsx';
import { notifyDone } from '../../../shared/ui/notify.ts';
import { Page, Panel } from '../../../shared/ui/page.tsx';
import { QueryView } from '../../../shared/ui/query-view.tsx';
import { LogLinesPanel } from './log-lines-panel.tsx';
import classes from '../officer.module.css';
import { code } from '../../../shared/ui/rich.tsx';

const headQuery = queryOptions({
  queryKey: ['officer', 'audit-head'],
  queryFn: () => unwrap(api.GET('/api/audit/log/head')),
});
const keysQuery = queryOptions({
  queryKey: ['officer', 'signing-keys'],
  queryFn: async () => {
    const answer = await fetch('/.well-known/candor-keys.json');
    if (!answer.ok) throw new Error(`the keys answered ${answer.status}`);
    return keyIdsOf(await answer.json());
  },
});

/** The log of everything that was done: its signed head, the check against its anchors, the keys that sign. */
export function AuditLogPage() {
  const t = useTranslations('officer.log');
  return (
    <Page title={t('title')} description={t('description')}>
      <HeadPanel />
      <VerifyPanel />
      <LogLinesPanel />
      <KeysPanel />
    </Page>
  );
}

function HeadPanel() {
  const t = useTranslations('officer.log');
  const queryClient = useQueryClient();
  const head = useQuery(headQuery);
  const sign = useMutation({
    mutationFn: () => unwrap(api.POST('/api/audit/log/heads')),
    onSuccess: (signed) => {
      queryClient.setQueryData(headQuery.queryKey, signed);
      notifyDone(t('signed'));
    },
  });
  return (
    <Panel
      title={t('head')}
      description={t('headHint')}
      actions={
        <Button variant="default" loading={sign.isPending} onClick={() => sign.mutate()}>
          {t('sign')}
        </Button>
      }
    >
      <QueryView query={head}>
        {({ size, root, signedAt, signedHead }) => (
          <dl className={classes.facts}>
            <dt>{t('size')}</dt>
            <dd className="numeric">{size}</dd>
            <dt>{t('signedAt')}</dt>
            <dd>
              <Instant at={signedAt} precision="second" />
            </dd>
            <dt>{t('root')}</dt>
            <dd className={classes.hash}>
              <code>{root}</code> <CopyIcon value={signedHead} label={t('copyHead')} />
            </dd>
          </dl>
        )}
      </QueryView>
    </Panel>
  );
}

function VerifyPanel() {
  const t = useTranslations('officer.log');
  const text = useProblemText();
  const verify = useMutation({ mutationFn: () => unwrap(api.POST('/api/audit/log/verifications')) });
  const report = verify.data;
  return (
    <Panel
      title={t('verify')}
      description={t('verifyHint')}
      actions={
        <Button loading={verify.isPending} onClick={() => verify.mutate()}>
          {t('verifyNow')}
        </Button>
      }
    >
      {verify.error !== null && <Alert color="cinnabar">{text(asProblem(verify.error))}</Alert>}
      {report === undefined ? (
        <p className={classes.hint}>{t.rich('notVerified', { code })}</p>
      ) : report.isIntact ? (
        <Alert color="celadon" title={t('intact')}>
          {t('intactText', { size: report.size ?? 0, signed: report.signedSize, heads: report.heads })}
        </Alert>
      ) : (
        <Alert color="cinnabar" title={t('broken')}>
          <Group gap="xs">
            {report.fault !== null && <strong>{t(`faults.${report.fault}`)}</strong>}
            {report.firstBadLeaf !== null && t('firstBadLeaf', { leaf: report.firstBadLeaf })}
            {report.badEntryId !== null && <span className="mono">{report.badEntryId}</span>}
          </Group>
        </Alert>
      )}
    </Panel>
  );
}

function KeysPanel() {
  const t = useTranslations('officer.log');
  const keys = useQuery(keysQuery);
  return (
    <Panel title={t('keys')} description={t('keysHint')}>
      <QueryView query={keys}>
        {(ids) => (
          <ul className={`${classes.hash} ${classes.plainList}`}>
            {ids.map((id) => (
              <li key={id}>
                <code>{id}</code> <CopyIcon value={id} />
              </li>
            ))}
          </ul>
        )}
      </QueryView>
    </Panel>
  );
}

/** The names of the keys in a set of public keys (RFC 7517). */
function keyIdsOf(set: unknown): string[] {
  const keys: unknown = typeof set === 'object' && set !== null && 'keys' in set ? set.keys : [];
  if (!Array.isArray(keys)) return [];
  return keys.flatMap((key: unknown) =>
    typeof key === 'object' && key !== null && 'kid' in key && typeof key.kid === 'string' ? [key.kid] : [],
  );
}
