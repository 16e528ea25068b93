import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Building2, Plus } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { Business } from '@/shared/api/types';
import { useLocale } from '@/shared/i18n/use-locale';
import { useMe } from '@/shared/session/me';
import { DataTable } from '@/shared/table/data-table';
import { useTableState } from '@/shared/table/use-table-state';
import { Button } from '@/shared/ui/button';
import { Failure } from '@/shared/ui/failure';
import { ApiError } from '@/shared/api/error';
import { Page } from '@/shared/ui/page';
import { businessesQuery, listBusinesses } from './api/list-businesses';
import { businessColumns } from './business-columns';
import { BusinessDialog } from './business-dialog';
import { NewBusinessDialog } from './new-business-dialog';

export function BusinessesPage() {
  const { t } = useLocale();
  const me = useMe();
  if (!me.admin)
    return (
      <Page title={t('businesses.title')}>
        <Failure error={new ApiError(403, { error: 'forbidden' })} />
      </Page>
    );
  return <Businesses />;
}

function Businesses() {
  const locale = useLocale();
  const { t } = locale;
  const state = useTableState();
  const [edited, setEdited] = useState<Business | null>(null);
  const [making, setMaking] = useState(false);
  const { q, sort } = state.search;
  const asked = { q, sort };
  const query = useQuery({
    ...businessesQuery({ ...asked, page: state.page, limit: state.limit }),
    placeholderData: keepPreviousData,
  });
  const columns = useMemo(() => businessColumns(locale, setEdited), [locale]);
  const add = (
    <Button look="primary" onClick={() => setMaking(true)}>
      <Plus size={18} aria-hidden />
      {t('businesses.add')}
    </Button>
  );

  return (
    <Page title={t('businesses.title')} subtitle={t('businesses.subtitle')} actions={add}>
      <DataTable<Business>
        label={t('businesses.title')}
        columns={columns}
        state={state}
        query={query}
        rowId={(row) => row.id}
        rowTone={(row) => (row.active ? undefined : 'quiet')}
        empty={{
          icon: Building2,
          title: t('businesses.empty'),
          text: t('businesses.emptyText'),
          action: add,
        }}
        exported={{
          name: 'businesses',
          fetchPage: (page, limit) => listBusinesses({ ...asked, page, limit }),
        }}
      />
      <NewBusinessDialog open={making} onClose={() => setMaking(false)} />
      {edited && <BusinessDialog key={edited.id} business={edited} onClose={() => setEdited(null)} />}
    </Page>
  );
}
