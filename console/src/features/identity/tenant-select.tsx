import { Select, type SelectProps } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Tenant } from '../../shared/api/entities.ts';
import { tenantsQuery } from './tenants-queries.ts';

interface TenantSelectProps extends Pick<
  SelectProps,
  'label' | 'placeholder' | 'error' | 'nothingFoundMessage' | 'size'
> {
  value: string;
  onPick: (tenantId: string) => void;
}

/** The tenant with this id, once the server has named it. */
export function useTenant(tenantId: string): Tenant | undefined {
  const found = useQuery({ ...tenantsQuery(tenantId), enabled: tenantId !== '' });
  return found.data?.items.find((tenant) => tenant.id === tenantId);
}

/** Finds a tenant as one types; the server searches. */
export function TenantSelect({ value, onPick, ...input }: TenantSelectProps) {
  const [typed, setTyped] = useState('');
  const [query] = useDebouncedValue(typed, 250);
  const chosen = useTenant(value);
  const found = useQuery(tenantsQuery(query)).data?.items ?? [];
  const isListed = chosen === undefined || found.some((tenant) => tenant.id === chosen.id);
  const tenants = isListed ? found : [chosen, ...found];
  return (
    <Select
      {...input}
      searchable
      clearable
      value={value === '' ? null : value}
      data={tenants.map((tenant) => ({ value: tenant.id, label: labelOf(tenant) }))}
      filter={({ options }) => options}
      onSearchChange={(text) => setTyped(tenants.some((tenant) => labelOf(tenant) === text) ? '' : text)}
      onChange={(tenantId) => onPick(tenantId ?? '')}
    />
  );
}

export function labelOf({ name, ownerUsername }: Tenant): string {
  return ownerUsername === null || ownerUsername === name ? name : `${name} · ${ownerUsername}`;
}
