import { z } from 'zod';
import { shownLine } from '../../../kernel/normal-form.ts';

const bothLanguages = (maxLength: number) =>
  z.object({
    zh: z.string().trim().min(1).max(maxLength),
    en: z.string().trim().min(1).max(maxLength),
  });
const optionalText = (maxLength: number) => z.string().trim().min(1).max(maxLength).nullable();

/** Who runs this installation: what a policy must say of its controller (PIPL 17) and what a website must show. */
export const installationSchema = z
  .object({
    name: bothLanguages(200),
    brand: z.string().overwrite(shownLine).min(1).max(60),
    address: bothLanguages(300),
    email: z.email().max(200),
    phone: optionalText(40),
    privacyOfficer: bothLanguages(100),
    privacyEmail: z.email().max(200),
    creditCode: z
      .string()
      .regex(/^[0-9A-HJ-NPQRTUWXY]{18}$/)
      .nullable(),
    icpNumber: optionalText(60),
    storagePlace: bothLanguages(200),
  })
  .meta({ id: 'Installation' });

export type Installation = z.output<typeof installationSchema>;

/** What a development installation says of itself: plainly that its operator is not named. */
export const unnamedInstallation: Installation = {
  name: { zh: '（开发示例）尚未登记的运营者', en: '(Development example) operator not yet named' },
  brand: 'Candor',
  address: { zh: '（开发示例）尚未填写', en: '(Development example) not yet given' },
  email: 'contact@example.com',
  phone: null,
  privacyOfficer: { zh: '（开发示例）尚未指定', en: '(Development example) not yet appointed' },
  privacyEmail: 'privacy@example.com',
  creditCode: null,
  icpNumber: null,
  storagePlace: { zh: '（开发示例）本机', en: '(Development example) this machine' },
};
