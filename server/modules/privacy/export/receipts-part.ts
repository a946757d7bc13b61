import type { ExportFile, Language } from '@candor/privacy-engine';
import type { ExportPart } from '../../../declare/export-part.ts';
import { clockText } from '../../../kernel/clock-text.ts';
import type { Ctx } from '../../../kernel/context.ts';
import { listConsentHistory, type ReadInForce, readConsentReceipt } from '../consent/index.ts';

const perPage = 200;

/** Puts the signed receipt of every decision into the copy: it can be checked without us, and after the account. */
export function receiptsPart(inForce: ReadInForce): ExportPart {
  return {
    name: 'privacy.receipts',
    async files(ctx, language) {
      const files: ExportFile[] = [];
      let cursor: string | null | undefined;
      while (cursor !== null) {
        const page: Awaited<ReturnType<typeof listConsentHistory>> = await listConsentHistory(ctx, {
          limit: perPage,
          ...(cursor === undefined ? {} : { cursor }),
        });
        files.push(
          ...page.items.map(({ id, createdAt }) => receiptFile(ctx, inForce, { id, createdAt }, language)),
        );
        cursor = page.nextCursor;
      }
      return files;
    },
  };
}

function receiptFile(
  ctx: Ctx,
  inForce: ReadInForce,
  { id, createdAt }: { id: string; createdAt: Date },
  language: Language,
): ExportFile {
  const title = language === 'zh' ? '同意回执' : 'Receipt of a decision';
  return {
    name: `receipts/${id}.jws`,
    title: `${title} ${clockText(createdAt)}`,
    content: async function* () {
      yield await readConsentReceipt(ctx, await inForce(), id);
    },
  };
}
