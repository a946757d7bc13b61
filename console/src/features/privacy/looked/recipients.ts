import type { MyData } from '../../../shared/api/entities.ts';

/** Every recipient of something the person has here, with the fields. */
export function recipientsOf(data: MyData): { name: string; fields: string[] }[] {
  const fieldsByName = new Map<string, Set<string>>();
  for (const item of data.categories.flatMap((category) => category.items))
    for (const column of item.columns)
      for (const name of column.recipients)
        fieldsByName.set(name, (fieldsByName.get(name) ?? new Set()).add(column.title));
  return [...fieldsByName].map(([name, fields]) => ({ name, fields: [...fields] }));
}
