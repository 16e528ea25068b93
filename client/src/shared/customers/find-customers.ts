import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { request, type Query } from '../api/request';
import type { CustomerRow, Page } from '../api/types';

/** The engine finds them by any word of the name, any part of a number or an address, and what was said. */
export const customersQuery = (query: Query) =>
  queryOptions({
    queryKey: ['customers', 'list', query],
    queryFn: ({ signal }) => request<Page<CustomerRow>>('GET', '/api/crm/customers', { query, signal }),
    placeholderData: keepPreviousData,
  });
