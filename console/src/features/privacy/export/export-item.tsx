import { Badge, Button, Progress } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { Download, Trash2 } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { DataExport } from '../../../shared/api/entities.ts';
import { formatTime } from '../../../shared/time.ts';
import { exportsQuery, useCancelExport } from './export-queries.ts';
import classes from './export.module.css';

const colorByStatus: Record<DataExport['status'], string> = {
  queued: 'gray',
  running: 'celadon',
  ready: 'celadon',
  delivering: 'celadon',
  taken: 'gray',
  expired: 'gray',
  cancelled: 'gray',
  failed: 'cinnabar',
};

/** One copy: how far it is, what can be done with it now, and what became of it. */
export function ExportItem({ item }: { item: DataExport }) {
  const t = useTranslations('export');
  const queryClient = useQueryClient();
  const cancel = useCancelExport();
  const { id, status, downloadUrl } = item;
  const isMoving = status === 'queued' || status === 'running';
  // The download goes past this page; how it went is known a moment later.
  const lookAgain = () => setTimeout(() => void queryClient.invalidateQueries(exportsQuery), 1500);
  return (
    <li className={classes.item}>
      <div className={classes.itemText}>
        <div className={classes.itemHead}>
          <Badge color={colorByStatus[status]}>{t(`states.${status}`)}</Badge>
          <span>{t('asked', { at: formatTime(item.createdAt) })}</span>
          {item.sizeBytes !== null && status === 'ready' && (
            <span className="numeric">{t('bytes', { mb: (item.sizeBytes / 1_000_000).toFixed(2) })}</span>
          )}
        </div>
        <p className={classes.itemHint} role="status">
          <Hint item={item} />
        </p>
        {isMoving && <ExportProgress item={item} />}
      </div>
      <div className={classes.itemActions}>
        {(status === 'ready' || status === 'delivering') && (
          <Button
            component="a"
            href={downloadUrl ?? `/api/privacy/exports/${id}/file`}
            download
            size="sm"
            leftSection={<Download size={16} />}
            onClick={lookAgain}
          >
            {t('download')}
          </Button>
        )}
        {(isMoving || status === 'ready') && (
          <Button
            variant="default"
            size="sm"
            leftSection={<Trash2 size={15} />}
            loading={cancel.isPending}
            onClick={() => cancel.mutate(id)}
          >
            {t('cancel')}
          </Button>
        )}
      </div>
    </li>
  );
}

function Hint({ item }: { item: DataExport }) {
  const t = useTranslations('export.hints');
  switch (item.status) {
    case 'ready':
      return item.takenAt === null
        ? t('ready', { until: formatTime(item.expiresAt ?? item.createdAt) })
        : t('again', {
            at: formatTime(item.takenAt),
            until: formatTime(item.expiresAt ?? item.takenAt),
          });
    case 'taken':
      return t('taken', { at: formatTime(item.takenAt ?? item.createdAt) });
    case 'queued':
    case 'running':
    case 'delivering':
    case 'expired':
    case 'cancelled':
    case 'failed':
      return t(item.status);
  }
}

function ExportProgress({ item: { rowsDone, rowsTotal } }: { item: DataExport }) {
  const t = useTranslations('export');
  const share = rowsTotal === null || rowsTotal === 0 ? 0 : (rowsDone / rowsTotal) * 100;
  return (
    <>
      <Progress
        value={share}
        animated={rowsTotal === null}
        aria-label={t('progressLabel')}
        size="sm"
        mt={8}
      />
      <p className={`${classes.count} numeric`}>
        {rowsTotal === null
          ? t('progressUnknown', { done: rowsDone })
          : t('progress', { done: rowsDone, total: rowsTotal })}
      </p>
    </>
  );
}
