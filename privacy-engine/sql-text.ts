/** Names come from declarations, never from input; quoting keeps reserved words usable. */
export function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

export function qualified(table: { schema: string; name: string }): string {
  return `${quote(table.schema)}.${quote(table.name)}`;
}
