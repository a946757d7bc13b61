import type { LocalisedText } from '@candor/privacy-engine';
import type { Product } from './product.ts';

/**
 * What a module writes into the audit log, `<module>.<act>`, in the words people read. An act that is no longer written
 * stays in its module, because old entries name it.
 */
export type ActWords = Readonly<Record<string, LocalisedText>>;

/** Every module adds the names of its own acts, so that `audit` accepts no others. */
export interface Acts {}

export type Act = keyof Acts;

/** An entry of a version that knew more acts keeps its code. */
export function actWords(product: Product, act: string): LocalisedText {
  return product.acts.get(act) ?? { zh: act, en: act };
}
