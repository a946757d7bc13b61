import type { AnyDatum, PolicyVocabulary } from './declare.ts';
import type { Basis, PurposeDefinition, Source } from './declaration-types.ts';
import { describeAfterExpiry, describeRetention, type Language, lawText } from './describe-retention.ts';
import type { Registry } from './registry.ts';

export interface CollectionRow {
  readonly fields: readonly string[];
  readonly method: string;
  readonly purpose: string;
  readonly basis: string;
  readonly retention: string;
  readonly afterExpiry: string;
  readonly recipients: readonly string[];
  readonly sensitive: boolean;
}

export interface CollectionGroup {
  readonly key: string;
  readonly title: string;
  readonly rows: readonly CollectionRow[];
}

/**
 * The published list of what is collected (PIPL 17, NDSR 21), as a projection of the registry: one group per service,
 * one row per set of fields that share method, purposes, retention and recipients.
 */
export function collectionList(registry: Registry, language: Language): CollectionGroup[] {
  const data = registry.tables.flatMap((table) =>
    // A look-up value is its datum in another form, not something else that is collected.
    table.columns.flatMap(({ datum, atRest }) => (datum === null || atRest === 'index' ? [] : [datum])),
  );
  return Object.entries(registry.vocabulary.services).flatMap(([key, title]) => {
    const rows = rowsOf(
      data.filter((datum) => datum.collectedFor.includes(key)),
      registry,
      language,
    );
    return rows.length === 0 ? [] : [{ key, title: title[language], rows }];
  });
}

function rowsOf(data: readonly AnyDatum[], registry: Registry, language: Language): CollectionRow[] {
  const rowByFacts = new Map<string, { row: CollectionRow; fields: Set<string> }>();
  for (const datum of data) {
    const row = describe(datum, registry, language);
    const facts = JSON.stringify(row);
    const entry = rowByFacts.get(facts) ?? { row, fields: new Set<string>() };
    entry.fields.add(datum.title[language]);
    rowByFacts.set(facts, entry);
  }
  return [...rowByFacts.values()].map(({ row, fields }) => ({ ...row, fields: [...fields] }));
}

function describe(datum: AnyDatum, registry: Registry, language: Language): CollectionRow {
  const { recipients } = registry.vocabulary;
  const separator = language === 'zh' ? '；' : '; ';
  const known = reasonsToHold(datum, registry);
  return {
    fields: [],
    method: methodText(datum.source, language),
    purpose: known.map((purpose) => purpose.text[language]).join(separator),
    basis: [...new Set(known.map((purpose) => basisText(purpose, registry.vocabulary, language)))].join(
      separator,
    ),
    retention: describeRetention(datum, registry.vocabulary, language),
    afterExpiry: describeAfterExpiry(datum.onErase, language),
    recipients: (datum.to ?? []).map((name) => recipients[name]?.text[language] ?? name),
    sensitive: datum.sensitive === true,
  };
}

/** Why a datum is held. Answering the person's own requests is a reason only where there is no other. */
export function reasonsToHold(datum: AnyDatum, { vocabulary }: Registry): PurposeDefinition[] {
  const all = datum.purposes.flatMap((name) => vocabulary.purposes[name] ?? []);
  const others = all.filter(({ scope }) => scope !== 'subject');
  return others.length === 0 ? all : others;
}

/** How a datum is collected, in the words of the list. */
export function methodText(source: Source, language: Language): string {
  return methodTexts[source][language];
}

const methodTexts: Record<Source, Record<Language, string>> = {
  user: { zh: '由用户提供', en: 'Provided by the user' },
  auto: { zh: '自动收集', en: 'Automatically collected' },
  service: { zh: '在提供服务时产生', en: 'Generated while the service is provided' },
  'third-party': { zh: '由第三方提供', en: 'Obtained from a third party' },
};

const basisTexts: Record<Basis, Record<Language, string>> = {
  consent: { zh: '个人同意', en: 'Consent' },
  'separate-consent': { zh: '单独同意', en: 'Separate consent' },
  contract: { zh: '订立、履行合同所必需', en: 'Necessary for the contract' },
  'legal-obligation': { zh: '履行法定义务所必需', en: 'Legal obligation' },
  emergency: { zh: '应对紧急情况所必需', en: 'Emergency' },
  'public-interest': { zh: '公共利益', en: 'Public interest' },
  'lawfully-public': { zh: '已合法公开的信息', en: 'Lawfully public information' },
};

/** Words for a legal basis, with the article it stands on. */
export function basisText(
  { basis, cite }: Pick<PurposeDefinition, 'basis' | 'cite'>,
  vocabulary: PolicyVocabulary,
  language: Language,
): string {
  const text = basisTexts[basis][language];
  if (cite === undefined) return text;
  const law = lawText(cite, vocabulary, language);
  return language === 'zh' ? `${text}（${law}）` : `${text} (${law})`;
}
