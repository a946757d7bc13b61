import type { ReactNode } from 'react';
import classes from './data-table.module.css';

export interface Column<Row> {
  key: string;
  header: string;
  render: (row: Row) => ReactNode;
  isNumeric?: boolean;
  /** Share of the table's width (`20%`); with it tables of the same columns line up one below the other. */
  width?: string;
  /** Heads the card that a row becomes on a phone. */
  isTitle?: boolean;
  /** The one figure that matters: beside the title on a phone. */
  isFigure?: boolean;
  /** Buttons and menus: no label, at the end of the row. */
  isAction?: boolean;
}

interface DataTableProps<Row> {
  /** Read by screen readers in place of a visible heading. */
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
}

function cellClass<Row>(column: Column<Row>): string {
  const names = [
    column.isNumeric || column.isFigure ? classes.numeric : undefined,
    column.isTitle ? classes.title : undefined,
    column.isFigure ? classes.figure : undefined,
    column.isAction ? classes.action : undefined,
  ];
  return names.filter((name) => name !== undefined).join(' ');
}

/** A table that turns into a stack of cards where it has no room. */
export function DataTable<Row>({ caption, columns, rows, rowKey }: DataTableProps<Row>) {
  return (
    <div className={classes.frame}>
      <table
        className={classes.table}
        data-fixed={columns.some((column) => column.width !== undefined) || undefined}
      >
        <caption className={classes.caption}>{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.key} scope="col" className={cellClass(column)} style={{ width: column.width }}>
                {column.isAction ? <span className={classes.caption}>{column.header}</span> : column.header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowKey(row)}>
              {columns.map((column) => (
                <td key={column.key} data-label={column.header} className={cellClass(column)}>
                  {column.render(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
