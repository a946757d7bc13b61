import type { Registry } from '@candor/privacy-engine';
import type { OutsideRecipient } from '../../../declare/outside-recipients.ts';
import { passingData } from '../../../declare/policy.ts';
import type { Installation } from './installation.ts';

/** What a policy is made of: declarations, who runs the installation, who else receives something. */
export interface PolicySource {
  readonly registry: Registry;
  readonly installation: Installation;
  readonly isNamed: boolean;
  readonly recipients: readonly OutsideRecipient[];
}

interface DatumFacts {
  readonly purposes: readonly string[];
  readonly keepDays: number;
  readonly anchors: readonly string[];
  readonly recipients: readonly string[];
  readonly isSensitive: boolean;
}

/** A policy in a form two versions can be compared by: what is promised, not how it is said. */
export interface PolicyFacts {
  readonly installation: Installation;
  readonly purposes: Readonly<Record<string, { readonly basis: string; readonly isEssential: boolean }>>;
  readonly recipients: Readonly<Record<string, { readonly region: string; readonly retentionDays: number }>>;
  /** By the titles people read. */
  readonly data: Readonly<Record<string, DatumFacts>>;
}

export function policyFacts({ registry, installation, recipients }: PolicySource): PolicyFacts {
  const { vocabulary } = registry;
  return {
    installation,
    purposes: Object.fromEntries(
      Object.entries(vocabulary.purposes).map(([name, { basis, essential }]) => [
        name,
        { basis, isEssential: essential },
      ]),
    ),
    recipients: Object.fromEntries([
      ...Object.entries(vocabulary.recipients).map(
        ([name, { region }]) => [name, { region, retentionDays: 0 }] as const,
      ),
      ...recipients.map(({ key, region, retentionDays }) => [key, { region, retentionDays }] as const),
    ]),
    data: dataFacts(registry, recipients),
  };
}

function dataFacts(registry: Registry, recipients: readonly OutsideRecipient[]): PolicyFacts['data'] {
  const data: Record<string, DatumFacts> = {};
  for (const { rule, name, columns } of registry.tables) {
    for (const { datum, atRest } of columns) {
      if (datum === null || atRest === 'index') continue;
      const key = `${rule.title?.en ?? name}: ${datum.title.en}`;
      data[key] = united(data[key], {
        purposes: datum.purposes,
        keepDays: daysOf(datum.keep.max),
        anchors: [datum.keep.from],
        recipients: datum.to ?? [],
        isSensitive: datum.sensitive === true,
      });
    }
  }
  for (const { title, purposes } of passingData) {
    data[title.en] = {
      purposes,
      keepDays: 0,
      anchors: [],
      recipients: recipients.map(({ key }) => key),
      isSensitive: false,
    };
  }
  return data;
}

function united(known: DatumFacts | undefined, added: DatumFacts): DatumFacts {
  if (known === undefined) return added;
  const all = (of: 'purposes' | 'anchors' | 'recipients') =>
    [...new Set([...known[of], ...added[of]])].toSorted();
  return {
    purposes: all('purposes'),
    keepDays: Math.max(known.keepDays, added.keepDays),
    anchors: all('anchors'),
    recipients: all('recipients'),
    isSensitive: known.isSensitive || added.isSensitive,
  };
}

const daysByUnit = { Y: 366, M: 31, D: 1 } as const;

/** Days of an ISO 8601 duration, at most; part of a day counts as one. */
function daysOf(duration: string): number {
  const [date = '', time = ''] = duration.slice(1).split('T');
  const days = [...date.matchAll(/(\d+)([YMD])/g)].reduce(
    (sum, [, amount, unit]) => sum + Number(amount) * daysByUnit[unit as keyof typeof daysByUnit],
    0,
  );
  return days + (/[1-9]/.test(time) ? 1 : 0);
}
