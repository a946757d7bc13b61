/**
 * The vocabulary of a declaration. Closed unions are the point: a basis, a category or a retention anchor that the
 * law or the policy does not know cannot be written down.
 */

/** A text in both languages the policy is published in. */
export interface LocalisedText {
  readonly zh: string;
  readonly en: string;
}

/** Legal grounds of processing: PIPL article 13 (1) to (7), consent split in plain and separate. Nothing else exists. */
export type Basis =
  | 'consent'
  | 'separate-consent'
  | 'contract'
  | 'legal-obligation'
  | 'emergency'
  | 'public-interest'
  | 'lawfully-public';

/** Sensitive categories of PIPL article 28 must be declared `sensitive: true`; `buildRegistry` refuses them otherwise. */
export const sensitiveCategories = [
  'biometric',
  'identity-document',
  'financial-account',
  'health',
  'location',
  'minor',
] as const;

export type Category =
  | 'identity'
  | 'contact'
  | 'credential'
  | 'device'
  | 'log'
  | 'transaction'
  | 'usage'
  | 'content'
  | 'communication'
  | 'preference'
  | (typeof sensitiveCategories)[number];

/** Who brought the datum: the person, the system while it is used, the operator's service, or a third party. */
export type Source = 'user' | 'auto' | 'service' | 'third-party';
export type CollectionMethod = Source;

/** One data key per person and class: retention and destruction of a key are the same act. */
export type KeyClass = 'core' | 'kyc' | 'billing' | 'content' | 'evidence';

/** A law that forbids deleting before a time. `law` is the citation shown to the person. */
export interface LawfulFloor {
  /** ISO 8601 duration, counted from the datum's anchor. */
  readonly duration: string;
  readonly law: string;
}

/**
 * What erasure does to the value. `retain` needs an end, so that nothing is kept by default. `unlink`: the
 * value stays in a row that no longer says whose it is.
 */
export type EraseRule =
  | 'delete-row'
  | 'null'
  | 'tombstone'
  | 'shred'
  | 'unlink'
  | { readonly generalise: 'ip-prefix' | 'hour' | 'month' }
  | { readonly retain: LawfulFloor };

export interface Datum<
  Purpose extends string,
  Recipient extends string,
  Service extends string,
  Anchor extends string,
> {
  /** The name people read in the collection list, in their export and on the correction form. */
  readonly title: LocalisedText;
  /** Key of the column of the same row that holds the id of the person the value is about. */
  readonly subject: string;
  readonly category: Category;
  readonly sensitive?: true;
  readonly source: Source;
  /** The services of the collection list in which the value is asked for or arises. */
  readonly collectedFor: readonly [Service, ...Service[]];
  /**
   * The only purposes whose database role may read or change the column. `*`: those that parts of the application bring
   * beyond its vocabulary.
   */
  readonly purposes: readonly [Purpose | '*', ...(Purpose | '*')[]];
  readonly keep: {
    /** ISO 8601 duration after the anchor; the value is gone then, unless a floor forbids it. */
    readonly max: string;
    readonly from: Anchor;
    readonly min?: LawfulFloor;
  };
  readonly keyClass: KeyClass;
  readonly onErase: EraseRule;
  /** A refusal is a sentence the person reads. */
  readonly export: 'yes' | 'masked' | { readonly no: LocalisedText };
  readonly edit: 'self' | 'request' | { readonly no: LocalisedText };
  /** What people read for each code the column may hold; required of a column of fixed words. */
  readonly words?: Readonly<Record<string, LocalisedText>>;
  /** Instead of `words`: the name of a list that the application puts together, see `buildRegistry`. */
  readonly wordList?: string;
  readonly to?: readonly Recipient[];
  /** What may reach a log line: nothing, a keyed hash, or the value. */
  readonly log: 'never' | 'hash' | 'clear';
  /**
   * Why a text may stay readable at rest. Texts without a reason must be sealed; numbers, truth values and instants
   * stay readable, because sums, order and terms need them.
   */
  readonly clear?: string;
  /**
   * A readable text made of our own words alone, such as the template of a route, never of what a person typed: a name
   * that is found among them is a word of ours, and no residue.
   */
  readonly ownWords?: true;
}

/** Bases that a person gives and may take back. */
export type ConsentBasis = Extract<Basis, 'consent' | 'separate-consent'>;

/**
 * What a person is informed of before they consent (PIPL 14 and 17). Which data, who receives them and how long they are kept
 * is added from the declarations, so that the text cannot promise less than the database allows.
 */
export interface ConsentText {
  /** Name of the switch. */
  readonly title: LocalisedText;
  /** How the data are used. */
  readonly method: LocalisedText;
  /** How far it goes: whose data, how often, what it never includes. */
  readonly extent: LocalisedText;
  readonly until: LocalisedText;
  /** What refusing changes. */
  readonly refusal: LocalisedText;
}

/** A purpose that rests on consent says what is consented to; no other has anything to consent to. */
export type PurposeDefinition = PurposeFacts &
  (
    | { readonly basis: ConsentBasis; readonly consent: ConsentText }
    | { readonly basis: Exclude<Basis, ConsentBasis>; readonly consent?: never }
  );

interface PurposeFacts {
  /** The article the basis stands on, shown in the collection list. */
  readonly cite?: string;
  /** Part of the basic function: cannot be refused without leaving. */
  readonly essential: boolean;
  /** Rows the purpose's role sees: one tenant's, one person's, or all. */
  readonly scope: 'tenant' | 'subject' | 'platform';
  /** Whether the purpose may go on while a person has restricted the processing of their data (PIPL 44). */
  readonly duringRestriction: 'continues' | 'stops';
  /**
   * Part of the engine itself. `export`: whatever a person may take along must be readable for it. `erasure`: reads
   * every declared column and may change and delete every row about a person.
   */
  readonly engine?: 'export' | 'erasure';
  readonly text: LocalisedText;
}

export interface RecipientDefinition {
  readonly role: 'entrusted' | 'joint' | 'controller';
  readonly region: string;
  /** The only purposes something goes there for; all that may read the datum unless said. */
  readonly purposes?: readonly string[];
  readonly text: LocalisedText;
}

export type RowVerb = 'select' | 'insert' | 'update' | 'delete';
/** `*` as in the purposes of a datum. */
export type Access<Purpose extends string> = Partial<Record<Purpose | '*', readonly RowVerb[]>>;

/** For which rows of an erased person a purpose goes on: all of the table, or those a condition in SQL is true of. */
export type HoldUse = { readonly why: string; readonly rowsWhere?: string };

export interface TableRule<Purpose extends string, ColumnKey extends string> {
  /** What people call the rows; required where they are about persons. */
  readonly title?: LocalisedText;
  /** Column with the id of the paying account, or why the table belongs to no tenant. */
  readonly tenant: ColumnKey | { readonly none: string };
  /** What happens to a whole row when its person is erased. */
  readonly rows:
    | 'delete'
    | 'keep-unlinked'
    | { readonly keepUntil: LawfulFloor }
    | { readonly notPersonal: string };
  /** Column with the id of the person, for row policies by person and by restriction. */
  readonly subject?: ColumnKey;
  /** The subject is a paying account. Where the account is one person's own, its rows are that person's. */
  readonly subjectIs?: 'account';
  /** A unique column that names a row and grows with time, where the primary key does not. */
  readonly key?: ColumnKey;
  readonly access: Access<Purpose>;
  /**
   * Purposes the rows of an erased person are kept for. Every other purpose stops: what a law makes us keep is stored
   * and secured only (PIPL 47). The engine's own purpose `erasure` always goes on.
   */
  readonly afterErasure?: Partial<Record<Purpose, HoldUse>>;
  /** Columns that hold the instants retention counts from; `row.createdAt` is the column `createdAt` unless said here. */
  readonly anchors?: Readonly<Record<string, ColumnKey>>;
  /** The person may delete these rows while everything else goes on. */
  readonly deletable?: true;
  /**
   * Rows can never be changed or deleted, not even by the owner of the database (append-only books). `references-end`:
   * only values about persons may be set to null, when the person is erased or their term has ended; the row stays.
   */
  readonly immutable?: true | 'references-end';
}
