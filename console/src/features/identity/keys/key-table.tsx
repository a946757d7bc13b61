import { ActionIcon, Badge, Menu, Progress, Tooltip } from '@mantine/core';
import { Ban, CirclePlay, Ellipsis, Pencil, Trash2 } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { ApiKey, ApiKeyStatus } from '../../../shared/api/entities.ts';
import { asProblem } from '../../../shared/api/problem.ts';
import { useProblemText } from '../../../shared/problem-text.ts';
import { formatYuan } from '../../../shared/money.ts';
import { DataTable, type Column } from '../../../shared/ui/data-table.tsx';
import { Instant } from '../../../shared/ui/instant.tsx';
import { notifyDone, notifyFailure } from '../../../shared/ui/notify.ts';
import { rateNames, ruleNames } from './key-form-values.ts';
import { useUpdateKey } from './key-queries.ts';

const colorByStatus: Record<ApiKeyStatus, string> = {
  active: 'celadon',
  disabled: 'gray',
  expired: 'amber',
  exhausted: 'cinnabar',
};

interface KeyTableProps {
  apiKeys: readonly ApiKey[];
  onEdit: (apiKey: ApiKey) => void;
  onDelete: (apiKey: ApiKey) => void;
}

export function KeyTable({ apiKeys, onEdit, onDelete }: KeyTableProps) {
  const t = useTranslations('keys');
  const common = useTranslations('common');
  const columns: Column<ApiKey>[] = [
    { key: 'name', header: t('name'), isTitle: true, render: (apiKey) => apiKey.name },
    {
      key: 'key',
      header: t('key'),
      render: (apiKey) => <span className="mono nowrap">{apiKey.maskedKey}</span>,
    },
    {
      key: 'status',
      header: t('status'),
      render: (apiKey) => (
        <Badge color={colorByStatus[apiKey.status]}>{t(`statuses.${apiKey.status}`)}</Badge>
      ),
    },
    { key: 'quota', header: t('quotas'), render: (apiKey) => <Quota apiKey={apiKey} /> },
    { key: 'limits', header: t('limits'), render: (apiKey) => <Limits apiKey={apiKey} /> },
    {
      key: 'expires',
      header: t('expires'),
      render: (apiKey) =>
        apiKey.expiresAt === null ? t('never') : <Instant at={apiKey.expiresAt} precision="day" />,
    },
    {
      key: 'used',
      header: t('lastUsed'),
      render: (apiKey) =>
        apiKey.lastUsedAt === null ? t('unused') : <Instant at={apiKey.lastUsedAt} isRelative />,
    },
    {
      key: 'actions',
      header: common('actions'),
      isAction: true,
      render: (apiKey) => <KeyMenu apiKey={apiKey} onEdit={onEdit} onDelete={onDelete} />,
    },
  ];
  return <DataTable caption={t('title')} columns={columns} rows={apiKeys} rowKey={(apiKey) => apiKey.id} />;
}

/** What is used, beside what may be; with a period, what is used in it. */
function Quota({ apiKey }: { apiKey: ApiKey }) {
  const t = useTranslations('keys');
  const { tokenQuota, tokensUsed, moneyQuotaMicros, spentMicros, quotaResetsAt } = apiKey;
  const used = tokensUsed.toLocaleString('en-US');
  const spent = formatYuan(spentMicros);
  return (
    <div style={{ minWidth: 130 }}>
      {tokenQuota === null ? (
        <UsedLine label={t('usedTokens', { used })} />
      ) : (
        <UsedLine
          label={t('usedOfQuota', { used, quota: tokenQuota.toLocaleString('en-US') })}
          share={tokensUsed / Math.max(1, tokenQuota)}
        />
      )}
      {moneyQuotaMicros !== null && (
        <UsedLine
          label={t('spentOfQuota', { used: spent, quota: formatYuan(moneyQuotaMicros) })}
          share={spentMicros / Math.max(1, moneyQuotaMicros)}
        />
      )}
      {quotaResetsAt !== null && (tokenQuota !== null || moneyQuotaMicros !== null) && (
        <div className="nowrap" style={{ fontSize: 'var(--mantine-font-size-xs)' }}>
          {t('resets')} <Instant at={quotaResetsAt} precision="day" />
        </div>
      )}
    </div>
  );
}

function UsedLine({ label, share }: { label: string; share?: number }) {
  if (share === undefined) return <span className="numeric nowrap">{label}</span>;
  const percent = Math.min(100, Math.floor(share * 100));
  return (
    <Tooltip label={`${label} · ${percent}%`}>
      <div style={{ marginBottom: 4 }}>
        <div className="numeric nowrap" style={{ fontSize: 'var(--mantine-font-size-xs)', marginBottom: 4 }}>
          {label}
        </div>
        <Progress
          size={5}
          value={percent}
          color={percent >= 90 ? 'cinnabar' : 'celadon'}
          aria-label={label}
        />
      </div>
    </Tooltip>
  );
}

/** A line for each limit that there is. */
function Limits({ apiKey }: { apiKey: ApiKey }) {
  const t = useTranslations('keys');
  const limits = rateNames.flatMap((name) => {
    const limit = apiKey[name];
    return limit === null ? [] : [{ name, text: t(`${name}Short`, { count: limit }) }];
  });
  const rules = ruleNames.flatMap((name) => {
    const count = apiKey[name]?.length ?? 0;
    return count === 0 ? [] : [{ name, text: t(`${name}Short`, { count }) }];
  });
  const all = [...limits, ...rules];
  if (all.length === 0) return t('unlimited');
  return (
    <div>
      {all.map(({ name, text }) => (
        <div key={name} className="numeric nowrap" style={{ fontSize: 'var(--mantine-font-size-xs)' }}>
          {text}
        </div>
      ))}
    </div>
  );
}

function KeyMenu({ apiKey, onEdit, onDelete }: { apiKey: ApiKey } & Omit<KeyTableProps, 'apiKeys'>) {
  const t = useTranslations('keys');
  const common = useTranslations('common');
  const text = useProblemText();
  const update = useUpdateKey();
  const isDisabled = apiKey.status === 'disabled';

  function toggle() {
    update.mutate(
      { apiKeyId: apiKey.id, disabled: !isDisabled },
      {
        onSuccess: () => notifyDone(isDisabled ? t('enabledDone') : t('disabledDone')),
        onError: (error) => notifyFailure(text(asProblem(error))),
      },
    );
  }

  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          loading={update.isPending}
          aria-label={t('actionsOf', { name: apiKey.name })}
        >
          <Ellipsis size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<Pencil size={15} />} onClick={() => onEdit(apiKey)}>
          {common('edit')}
        </Menu.Item>
        <Menu.Item leftSection={isDisabled ? <CirclePlay size={15} /> : <Ban size={15} />} onClick={toggle}>
          {isDisabled ? t('enable') : t('disable')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item color="cinnabar" leftSection={<Trash2 size={15} />} onClick={() => onDelete(apiKey)}>
          {common('delete')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
