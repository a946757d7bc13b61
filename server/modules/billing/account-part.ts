import { accountRowsFile } from '../../kernel/account-rows.ts';
import { defineExportPart } from '../../kernel/export-parts.ts';
import { isOwnAccount } from '../identity/index.ts';
import { billedTenants, billRows, usageHours } from './schema.ts';

/** Bills, hourly usage and how far the person's own account is billed. */
defineExportPart({
  name: 'billing.account',
  async files(ctx, language) {
    if (!(await isOwnAccount(ctx))) return [];
    const file = accountRowsFile.bind(null, ctx);
    const zh = language === 'zh';
    return [
      file({
        name: 'account/bills.json',
        title: zh ? '账单明细' : 'Bills of your account',
        table: billRows,
        orderBy: ['seq'],
      }),
      file({
        name: 'account/usage-by-hour.json',
        title: zh ? '每小时用量' : 'Usage by hour',
        table: usageHours,
        orderBy: ['hour', 'api_key_id', 'model_id'],
      }),
      file({
        name: 'account/billed-until.json',
        title: zh ? '出账进度' : 'How far your account is billed',
        table: billedTenants,
        orderBy: ['tenant_id'],
      }),
    ];
  },
});
