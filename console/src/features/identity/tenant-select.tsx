import { Select, type SelectProps } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Tenant } from '../../shared/api/entities.ts';
import { tenantsQuery } from './tenants-queries.ts';

interface TenantSelectProps extends Pick<
  SelectProps,
  'label' | 'placeholder' | 'error' | 'nothingFoundMessage'
> {
  value: string;
  onPick: (tenant: Tenant | undefined) => void;
}

/** Finds a tenant as one types; the server searches. */
export function TenantSelect({ value, onPick, ...input }: TenantSelectProps) {
  const [typed, setTyped] = useState('');
  const [query] = useDebouncedValue(typed, 250);
  const tenants = useQuery(tenantsQuery(query)).data?.items ?? [];
  return (
    <Select
      {...input}
      searchable
      clearable
      value={value === '' ? null : value}
      data={tenants.map((tenant) => ({ value: tenant.id, label: labelOf(tenant) }))}
      filter={({ options }) => options}
      onSearchChange={(text) => setTyped(tenants.some((tenant) => labelOf(tenant) === text) ? '' : text)}
      onChange={(tenantId) => onPick(tenants.find((tenant) => tenant.id === tenantId))}
    />
  );
}

function labelOf({ name, ownerUsername }: Tenant): string {
  return ownerUsername === null || ownerUsername === name ? name : `${name} · ${ownerUsername}`;
}
