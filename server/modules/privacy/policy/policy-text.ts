import { basisText, collectionList, type CollectionGroup, type Language } from '@candor/privacy-engine';
import { passingData } from '../../../declare/policy.ts';
import type { PolicySource } from './policy-facts.ts';
import { sections } from './sentences.ts';
import { policyFalse } from './problems.ts';

export interface PolicySection {
  readonly key: string;
  readonly title: string;
  readonly paragraphs: readonly string[];
}

/** A policy in one language: its text and its collection list. */
export interface PolicyText {
  readonly sections: readonly PolicySection[];
  readonly groups: readonly CollectionGroup[];
}

/**
 * The privacy policy in words, generated from the declarations the database enforces and the settings of the operator.
 * @throws `privacy.policy_false` when a sentence would not be true here.
 */
export function policyText(source: PolicySource, language: Language): PolicyText {
  return {
    sections: sections.flatMap(({ key, title, sentences }) => {
      const paragraphs = sentences.flatMap(({ id, when, proof, text }) => {
        if (when !== undefined && !when(source)) return [];
        if ('holds' in proof && !proof.holds(source)) throw policyFalse({ sentence: id });
        return typeof text === 'function' ? text(source, language) : text[language];
      });
      return paragraphs.length === 0 ? [] : [{ key, title: title[language], paragraphs }];
    }),
    groups: groupsOf(source, language),
  };
}

/** The collection list with what passes through to be answered and is kept nowhere. */
function groupsOf({ registry, recipients }: PolicySource, language: Language): CollectionGroup[] {
  const { inference } = registry.vocabulary.purposes;
  const passing = passingData.map(({ title, source }) => ({
    fields: [title[language]],
    method: source[language],
    purpose: inference?.text[language] ?? '',
    basis: inference === undefined ? '' : basisText(inference, registry.vocabulary, language),
    retention: language === 'zh' ? '不保存' : 'not kept',
    afterExpiry: language === 'zh' ? '答复后即不存在' : 'gone with the answer',
    recipients: recipients.map(({ name, region }) => `${name} (${region})`),
    sensitive: false,
  }));
  return collectionList(registry, language).map((group) =>
    group.key === 'usage' ? { ...group, rows: [...passing, ...group.rows] } : group,
  );
}
