import { accountRowsFile } from '../../kernel/account-rows.ts';
import { defineExportPart } from '../../kernel/export-parts.ts';
import { isOwnAccount } from '../identity/index.ts';
import { accounts, holds, transfers } from './schema.ts';

/** Balances, reservations and every movement of the person's own account. */
defineExportPart({
  name: 'wallet.account',
  async files(ctx, language) {
    if (!(await isOwnAccount(ctx))) return [];
    const file = accountRowsFile.bind(null, ctx);
    const zh = language === 'zh';
    return [
      file({
        name: 'account/balances.json',
        title: zh ? '账户余额' : 'Balances of your account',
        table: accounts,
        orderBy: ['id'],
      }),
      file({
        name: 'account/movements.json',
        title: zh ? '账户收支明细' : 'Movements of your account',
        table: transfers,
        orderBy: ['seq'],
      }),
      file({
        name: 'account/reservations.json',
        title: zh ? '预留金额' : 'Reserved amounts',
        table: holds,
        orderBy: ['id'],
      }),
    ];
  },
});
