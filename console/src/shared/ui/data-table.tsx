import type { ReactNode } from 'react';
import classes from './data-table.module.css';

export interface Column<Row> {
  key: string;
  header: string;
  render: (row: Row) => ReactNode;
  isNumeric?: boolean;
  /** Heads the card that a row becomes on a phone. */
  isTitle?: boolean;
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
  const names = [column.isNumeric ? classes.numeric : '', column.isTitle ? classes.title : ''];
  return [...names, column.isAction ? classes.action : ''].join(' ');
}

/** A table that turns into a stack of cards where it has no room. Roles are spelled out because the cards lose the table's. */
export function DataTable<Row>({ caption, columns, rows, rowKey }: DataTableProps<Row>) {
  return (
    <div className={classes.frame}>
      <table className={classes.table} role="table">
        <caption className={classes.caption}>{caption}</caption>
        <thead role="rowgroup">
          <tr role="row">
            {columns.map((column) => (
              <th key={column.key} role="columnheader" scope="col" className={cellClass(column)}>
                {column.isAction ? <span className={classes.caption}>{column.header}</span> : column.header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map((row) => (
            <tr key={rowKey(row)} role="row">
              {columns.map((column) => (
                <td key={column.key} role="cell" data-label={column.header} className={cellClass(column)}>
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
