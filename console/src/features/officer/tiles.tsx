import classes from './officer.module.css';

interface Tile {
  key: string;
  label: string;
  value: number;
  isBad: boolean;
}

/** A row of figures; one that needs action at once is red. */
export function Tiles({ tiles }: { tiles: readonly Tile[] }) {
  return (
    <dl className={classes.tiles}>
      {tiles.map(({ key, label, value, isBad }) => (
        <div key={key} data-bad={isBad || undefined}>
          <dt>{label}</dt>
          <dd className="numeric">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
