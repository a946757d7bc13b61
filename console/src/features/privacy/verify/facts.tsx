import { useMessages } from 'use-intl';
import { DatumValue } from '../datum-value.tsx';
import type { Payload } from './payload.ts';
import classes from './verify.module.css';

/** Plain values by name; lists and objects are in the original below. */
export function Facts({ payload }: { payload: Payload }) {
  const { verify } = useMessages();
  const names: Readonly<Record<string, string>> = verify.fields;
  const plain = Object.entries(payload).filter(
    ([, value]) => typeof value !== 'object' && value !== undefined,
  );
  return (
    <dl className={classes.facts}>
      {plain.map(([name, value]) => (
        <div key={name}>
          <dt>{names[name] ?? name}</dt>
          <dd>
            <DatumValue value={value} />
          </dd>
        </div>
      ))}
    </dl>
  );
}
