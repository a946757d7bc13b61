import { createHash } from 'node:crypto';
import type { AnyDatum } from '../declare.ts';
import type { ConsentText, PurposeDefinition } from '../declaration-types.ts';
import { describeRetention, type Language } from '../describe-retention.ts';
import { canonicalBytes, type JsonObject, type JsonValue } from '../receipts/canonical-bytes.ts';
import type { Registry, TableEntry } from '../registry.ts';

export interface NoticeSection {
  readonly key: 'purpose' | 'data' | 'method' | 'extent' | 'until' | 'recipients' | 'refusal' | 'withdrawal';
  readonly title: string;
  readonly text: string;
}

/** The text a person reads before consenting to one purpose. Equal hash, equal text in every character. */
export interface ConsentNotice {
  readonly purpose: string;
  readonly language: Language;
  readonly title: string;
  readonly sections: NoticeSection[];
  readonly hash: string;
}

/**
 * The notice of a purpose, generated from what the database allows it: purpose, kinds of data, method, extent, end,
 * recipients, what refusing and withdrawing do (PIPL 14, 15, 16, 17).
 * @throws Error for a purpose that does not rest on consent.
 */
export function consentNotice(registry: Registry, purpose: string, language: Language): ConsentNotice {
  const { text, consent } = consentPurpose(registry, purpose);
  const separator = language === 'zh' ? '：' : ': ';
  const data = consentData(registry, purpose);
  const titlesByTable = new Map<string, Set<string>>();
  for (const { table, datum } of data) {
    const name = table.rule.title?.[language] ?? table.name;
    titlesByTable.set(name, (titlesByTable.get(name) ?? new Set()).add(datum.title[language]));
  }
  const fields = [...titlesByTable].map(
    ([table, titles]) => table + separator + [...titles].join(comma[language]),
  );
  const kept = [...new Set(data.map(({ datum }) => keptText(datum, registry, language)))];
  const received = recipientsOf(registry, purpose, data).map(
    (name) => registry.vocabulary.recipients[name]?.text[language] ?? name,
  );
  const { headings, noRecipient, withdrawal } = words[language];
  const section = (key: NoticeSection['key'], body: string): NoticeSection => ({
    key,
    title: headings[key],
    text: body,
  });
  const notice = {
    purpose,
    language,
    title: consent.title[language],
    sections: [
      section('purpose', text[language]),
      section('data', fields.join(semicolon[language])),
      section('method', consent.method[language]),
      section('extent', consent.extent[language]),
      section('until', [consent.until[language], ...kept].join(' ')),
      section('recipients', received.length === 0 ? noRecipient : received.join(comma[language])),
      section('refusal', consent.refusal[language]),
      section('withdrawal', withdrawal),
    ],
  };
  return { ...notice, hash: sha256(asJson(notice)) };
}

/**
 * Hash of what a consent covers: the purpose in words, how it works, which columns it may use, who receives them, how
 * long they are kept. When one of these changes, an earlier consent covers something else and a new one is needed
 * (PIPL 14(2)); row policies compare this hash. The language of the notice is no part of it.
 */
export function consentScopeHash(registry: Registry, purpose: string): string {
  const { basis, text, consent } = consentPurpose(registry, purpose);
  const data = consentData(registry, purpose).map(({ table, column, datum }) => ({
    place: `${table.schema}.${table.name}.${column}`,
    recipients: recipientsFor(registry, purpose, datum),
    keep: datum.keep,
  }));
  return sha256(asJson({ purpose, basis, text, consent, data }));
}

/** Names of the purposes that rest on consent, in the order they are declared. */
export function consentPurposes(registry: Registry): string[] {
  return Object.entries(registry.vocabulary.purposes).flatMap(([name, { consent }]) =>
    consent === undefined ? [] : [name],
  );
}

interface ConsentDatum {
  readonly table: TableEntry;
  readonly column: string;
  readonly datum: AnyDatum;
}

function consentData(registry: Registry, purpose: string): ConsentDatum[] {
  return registry.tables.flatMap((table) =>
    table.columns.flatMap(({ name, datum, atRest }) =>
      // A look-up value is its datum in another form, not something else that is used.
      datum === null || atRest === 'index' || !datum.purposes.includes(purpose)
        ? []
        : [{ table, column: name, datum }],
    ),
  );
}

/** Names of all recipients for this purpose, what it may use, declared order. */
function recipientsOf(registry: Registry, purpose: string, data: readonly ConsentDatum[]): string[] {
  return [...new Set(data.flatMap(({ datum }) => recipientsFor(registry, purpose, datum)))];
}

function recipientsFor(registry: Registry, purpose: string, { to = [] }: AnyDatum): string[] {
  return to.filter((name) => {
    const { purposes } = registry.vocabulary.recipients[name] ?? {};
    return purposes === undefined || purposes.includes(purpose);
  });
}

function keptText(datum: AnyDatum, registry: Registry, language: Language): string {
  const kept = describeRetention(datum, registry.vocabulary, language);
  return language === 'zh' ? `${datum.title.zh}保存期限：${kept}。` : `${datum.title.en}: kept ${kept}.`;
}

function consentPurpose(
  registry: Registry,
  purpose: string,
): PurposeDefinition & { readonly consent: ConsentText } {
  const definition = registry.vocabulary.purposes[purpose];
  if (definition?.consent === undefined) throw new Error(`purpose ${purpose} does not rest on consent`);
  return definition;
}

const comma = { zh: '、', en: ', ' } as const;
const semicolon = { zh: '；', en: '; ' } as const;

const words = {
  zh: {
    headings: {
      purpose: '用于什么目的',
      data: '使用哪些信息',
      method: '如何使用',
      extent: '使用范围',
      until: '到何时为止',
      recipients: '谁会收到',
      refusal: '如果不同意',
      withdrawal: '如何撤回',
    },
    noRecipient: '除本平台外没有任何人。',
    withdrawal:
      '您可随时在“隐私”页面一步撤回，撤回与同意同样方便；撤回立即生效，仅为此目的保存的信息随即删除；不影响撤回前已进行的处理。',
  },
  en: {
    headings: {
      purpose: 'What for',
      data: 'Which data',
      method: 'How',
      extent: 'How far it goes',
      until: 'Until when',
      recipients: 'Who receives it',
      refusal: 'If you refuse',
      withdrawal: 'Taking it back',
    },
    noRecipient: 'No recipient other than this platform.',
    withdrawal:
      'At any time on the Privacy page, in one step, as easily as giving it. It takes effect at once, and what is kept for this alone is deleted; what was done before stays lawful.',
  },
} as const satisfies Record<Language, unknown>;

/** Guarantee: built of strings, arrays and plain objects only. */
function asJson(value: object): JsonObject {
  return value as Record<string, JsonValue>;
}

function sha256(value: JsonObject): string {
  return createHash('sha256').update(canonicalBytes(value)).digest('hex');
}
