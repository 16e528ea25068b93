import { useQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { FileUp, UserPlus, UsersRound } from 'lucide-react';
import { useCallback, useMemo, useState, type ReactNode } from 'react';
import type { BulkJob, CustomerRow } from '@/shared/api/types';
import { customersQuery } from '@/shared/customers/find-customers';
import { useLocale } from '@/shared/i18n/use-locale';
import { useMe } from '@/shared/session/me';
import { DataTable } from '@/shared/table/data-table';
import { dayBounds } from '@/shared/table/day-bounds';
import { useTableState } from '@/shared/table/use-table-state';
import { Button } from '@/shared/ui/button';
import { FeatureOff, NoBusiness } from '@/shared/ui/failure';
import { LinkButton } from '@/shared/ui/link-button';
import { Page } from '@/shared/ui/page';
import { BulkBar } from './bulk-bar';
import { customerColumns } from './customer-columns';
import { CustomerFilters } from './customer-filters';
import { JobProgress } from './job-progress';
import { NewCustomerDialog } from './new-customer-dialog';
import { SavedViews } from './saved-views';

export function CustomersPage() {
  const { t } = useLocale();
  const me = useMe();
  const state = useTableState();
  const ready = me.business != null && me.has('crm');
  const action = (
    <Button look="primary" onClick={() => state.patch({ customer: 'new' })}>
      <UserPlus size={18} aria-hidden />
      {t('customers.new')}
    </Button>
  );
  return (
    <Page
      title={t('customers.title')}
      subtitle={t('customers.subtitle')}
      actions={
        ready && (
          <>
            <SavedViews state={state} />
            {me.manages && (
              <LinkButton to="/customers/import">
                <FileUp size={18} aria-hidden />
                {t('imports.open')}
              </LinkButton>
            )}
            {action}
          </>
        )
      }
    >
      {!me.business ? (
        <NoBusiness />
      ) : !ready ? (
        <FeatureOff feature="crm" />
      ) : (
        <Customers action={action} manages={me.manages} />
      )}
    </Page>
  );
}

const nobody: ReadonlyMap<number, CustomerRow> = new Map();

function Customers({ action, manages }: { action: ReactNode; manages: boolean }) {
  const locale = useLocale();
  const { t } = locale;
  const router = useRouter();
  const state = useTableState();
  const { q, sort, status, stage, tag, assignee, reached, customer } = state.search;
  const [picked, setPicked] = useState(nobody);
  const [everybody, setEverybody] = useState(false);
  const [job, setJob] = useState<BulkJob | null>(null);
  const days = dayBounds(state.search, locale.timeZone);
  const filter = { q, status, stage, tag, assignee, reached, ...days };
  const asked = { ...filter, sort };
  const pick = (next: typeof nobody) => {
    setEverybody(false);
    setPicked(next);
  };
  const query = useQuery(customersQuery({ ...asked, page: state.page, limit: state.limit }));
  const rows = query.data?.results;
  const { patch } = state;
  const columns = useMemo(() => customerColumns(locale, (one) => patch({ tag: one })), [locale, patch]);
  const near = useCallback(
    (row: CustomerRow) =>
      void router.preloadRoute({ to: '/customers/$customerId', params: { customerId: String(row.id) } }),
    [router],
  );
  const picking = useMemo(
    () => ({
      picked: new Set(picked.keys()),
      id: (row: CustomerRow) => row.id,
      name: (row: CustomerRow) => row.name || t('customers.nameless'),
      // Who was picked on another page is remembered as they were seen there.
      onPick: (ids: ReadonlySet<number>) =>
        pick(
          new Map(
            [...ids].flatMap((id): [number, CustomerRow][] => {
              const row = rows?.find((one) => one.id === id) ?? picked.get(id);
              return row ? [[id, row]] : [];
            }),
          ),
        ),
    }),
    [picked, rows, t],
  );
  return (
    <>
      {job && <JobProgress key={job.id} job={job} onDone={() => setJob(null)} />}
      <DataTable<CustomerRow>
        label={t('customers.title')}
        columns={columns}
        state={state}
        query={query}
        rowId={(row) => row.id}
        picking={picking}
        onNear={near}
        filterNames={['status', 'stage', 'tag', 'assignee', 'reached', 'from', 'to']}
        filters={<CustomerFilters state={state} rows={rows ?? []} />}
        rowTone={(row) => (row.stage === 'lost' || row.status === 'inactive' ? 'quiet' : undefined)}
        exported={manages ? { name: 'customers', path: '/api/crm/customers.csv', query: asked } : undefined}
        empty={{
          icon: UsersRound,
          title: t('customers.empty'),
          text: t('customers.emptyText'),
          action,
        }}
      />
      {picked.size > 0 && (
        <BulkBar
          picked={[...picked.values()]}
          everybody={everybody ? filter : null}
          total={query.data?.total ?? 0}
          onEverybody={() => setEverybody(true)}
          onDone={() => pick(nobody)}
          onJob={setJob}
        />
      )}
      {customer === 'new' && <NewCustomerDialog onClose={() => patch({ customer: undefined })} />}
    </>
  );
}
