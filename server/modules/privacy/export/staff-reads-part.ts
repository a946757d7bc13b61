import type { ExportPart } from '../../../declare/export-part.ts';
import { listStaffReads } from '../../audit/index.ts';

const perPage = 200;

/** Who of the staff looked at the person's data, at what, when and why: the table alone gives the reasons only. */
export const staffReadsPart: ExportPart = {
  name: 'privacy.staff-reads',
  async files(ctx, language) {
    return [
      {
        name: 'who-looked.json',
        title: language === 'zh' ? '工作人员查看记录' : 'Who of the staff looked',
        content: async function* () {
          yield '[';
          let separator = '\n';
          let cursor: string | null | undefined;
          while (cursor !== null) {
            const page: Awaited<ReturnType<typeof listStaffReads>> = await listStaffReads(ctx, {
              limit: perPage,
              cursor: cursor ?? undefined,
            });
            for (const { id, staffId, what, reason, caseId, createdAt } of page.items) {
              const read = { id, at: createdAt.toISOString(), by: staffId, what, reason, caseId };
              yield separator + JSON.stringify(read);
              separator = ',\n';
            }
            cursor = page.nextCursor;
          }
          yield '\n]\n';
        },
      },
    ];
  },
};
