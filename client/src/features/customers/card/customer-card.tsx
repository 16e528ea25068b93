import { useInfiniteQuery, useQueryClient, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useEffect, useRef, useState, type ComponentType, type ReactNode } from 'react';
import { ApiError } from '@/shared/api/error';
import type { Customer, TimelineItem } from '@/shared/api/types';
import { useErrorText } from '@/shared/api/use-error-text';
import { outgoingQuery } from '@/shared/calls/outgoing';
import { OutgoingState } from '@/shared/calls/outgoing-state';
import type { PickedCustomer } from '@/shared/customers/customer-picker';
import { useLocale } from '@/shared/i18n/use-locale';
import { useMe } from '@/shared/session/me';
import { Avatar } from '@/shared/ui/avatar';
import { BackLink } from '@/shared/ui/back-link';
import { Banner } from '@/shared/ui/banner';
import { Failure, FeatureOff, NoBusiness } from '@/shared/ui/failure';
import { More } from '@/shared/ui/more';
import { Page } from '@/shared/ui/page';
import { TabLinks } from '@/shared/ui/tab-links';
import { Phone } from '@/shared/ui/text';
import { useToast } from '@/shared/ui/use-toast';
import { customerQuery } from '../api/get-customer';
import { fromLists } from '../api/from-lists';
import { useRemoveCustomer } from '../api/remove-customer';
import { timelineQuery } from '../api/timeline';
import { ActionBar } from './action-bar';
import styles from './card.module.css';
import { CardSkeleton } from './card-skeleton';
import { edits } from './edits';
import { NameEdit } from './name-edit';
import { Notes } from './notes';
import { Overview } from './overview';
import { Side } from './side';
import { StageTrack } from './stage-track';
import { cardTabs, type CardTab } from './tabs';
import { Timeline } from './timeline';
import { useEdit } from './use-edit';

/** What belongs to other nouns: the frame that knows them all puts it in. */
export interface CardParts {
  Tasks: ComponentType<{ customer: PickedCustomer; brief?: boolean }>;
  NewTask: ComponentType<{ customer: PickedCustomer; onClose: () => void }>;
  Calls: ComponentType<{ calls: readonly TimelineItem[] | undefined }>;
  Documents: ComponentType<{ customer: PickedCustomer }>;
  Chat: ComponentType<{ customer: PickedCustomer }>;
  /** A menu behind the button that is given. */
  NewDocument: ComponentType<{ customer: PickedCustomer; trigger: ReactNode }>;
}

/** The page people live in: everything of one customer, most of it there before it is asked for. */
export function CustomerCard({ parts }: { parts: CardParts }) {
  const { t } = useLocale();
  const me = useMe();
  const client = useQueryClient();
  const { customerId } = useParams({ from: '/frame/customers/$customerId' });
  const id = Number(customerId);
  const ready = me.business != null && me.has('crm');
  const query = useQuery({
    ...customerQuery(id),
    enabled: ready && Number.isSafeInteger(id),
    // A row that was seen in a list shows who it is until the rest has come.
    placeholderData: () => fromLists(client, id),
  });
  const back = <BackLink to="/customers">{t('customers.title')}</BackLink>;
  if (ready && query.data)
    return (
      <OneCustomer
        key={id}
        customer={query.data}
        whole={!query.isPlaceholderData}
        back={back}
        parts={parts}
      />
    );
  return (
    <Page title={t('customers.title')} above={back}>
      {!me.business ? (
        <NoBusiness />
      ) : !ready ? (
        <FeatureOff feature="crm" />
      ) : !Number.isSafeInteger(id) ? (
        <Failure error={new ApiError(404, { error: 'not_found' })} />
      ) : query.isError ? (
        <Failure error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <CardSkeleton />
      )}
    </Page>
  );
}

interface OneProps {
  customer: Customer;
  /** False while only what a list knew is shown. */
  whole: boolean;
  back: ReactNode;
  parts: CardParts;
}

function OneCustomer({ customer, whole, back, parts }: OneProps) {
  const { t } = useLocale();
  const me = useMe();
  const navigate = useNavigate();
  const { tab = 'overview' } = useSearch({ from: '/frame/customers/$customerId' });
  const { save, dialog } = useEdit(customer);
  const [renaming, setRenaming] = useState(false);
  const [tasking, setTasking] = useState(false);
  const remove = useDelete(customer);
  const { data: outgoing } = useQuery({ ...outgoingQuery(customer.id), enabled: me.has('calls') });
  const note = useRef<HTMLTextAreaElement>(null);
  const [noting, setNoting] = useState(0);
  // The field is there once the tab is.
  useEffect(() => {
    if (noting > 0) note.current?.focus();
  }, [noting, tab]);
  const who = { id: customer.id, name: customer.name, phone: customer.phone };
  const name = customer.name || t('customers.nameless');
  return (
    <Page
      title={name}
      above={back}
      sticky
      heading={
        <span className={styles.heading}>
          <Avatar name={customer.name || '?'} size={48} />
          <span className={styles.who}>
            <NameEdit
              name={customer.name}
              editing={renaming}
              onEditing={setRenaming}
              onSave={(next) => save(edits.name(next))}
            />
            {customer.phone && (
              <small>
                <Phone number={customer.phone} />
              </small>
            )}
          </span>
        </span>
      }
      actions={
        <ActionBar
          customer={customer}
          NewDocument={parts.NewDocument}
          onChat={() => void navigate({ to: '.', search: { tab: 'whatsapp' }, replace: true })}
          onTask={() => setTasking(true)}
          onNote={() => {
            setNoting((times) => times + 1);
            void navigate({ to: '.', search: { tab: 'notes' }, replace: true });
          }}
          onRename={() => setRenaming(true)}
          onDelete={remove}
        />
      }
    >
      {customer.merged_into != null && (
        <Banner tone="info">
          {t('customers.isMerged')}
          <Link to="/customers/$customerId" params={{ customerId: String(customer.merged_into) }}>
            {t('customers.toMerged')}
          </Link>
        </Banner>
      )}
      {me.has('calls') && <OutgoingState call={outgoing} />}
      <StageTrack customer={customer} since={whole ? customer.stage_since : null} />
      <TabLinks label={t('customers.tabs')} current={tab}>
        {cardTabs
          .filter((one) => one !== 'whatsapp' || me.has('whatsapp'))
          .map((one) => (
            <Link
              key={one}
              to="/customers/$customerId"
              params={{ customerId: String(customer.id) }}
              search={one === 'overview' ? {} : { tab: one }}
              replace
              activeOptions={{ exact: true, includeSearch: true }}
              aria-current={one === tab ? 'page' : undefined}
            >
              {t(`customers.tab.${one}`)}
              {one === 'tasks' && customer.open_tasks > 0 && ` (${customer.open_tasks})`}
              {one === 'notes' && customer.notes_count > 0 && ` (${customer.notes_count})`}
            </Link>
          ))}
      </TabLinks>
      <div className={styles.columns} data-tab={tab}>
        <div className={styles.main}>
          <Tab tab={tab} customer={customer} parts={parts} field={note} />
        </div>
        {whole && <Side customer={customer} save={save} />}
      </div>
      {dialog}
      {tasking && <parts.NewTask customer={who} onClose={() => setTasking(false)} />}
    </Page>
  );
}

interface TabProps {
  tab: CardTab;
  customer: Customer;
  parts: CardParts;
  field: React.RefObject<HTMLTextAreaElement | null>;
}

function Tab({ tab, customer, parts, field }: TabProps) {
  const who = { id: customer.id, name: customer.name, phone: customer.phone };
  switch (tab) {
    case 'timeline':
      return <Timeline id={customer.id} />;
    case 'calls':
      return <Calls id={customer.id} Calls={parts.Calls} />;
    case 'tasks':
      return <parts.Tasks customer={who} />;
    case 'whatsapp':
      return <parts.Chat customer={who} />;
    case 'documents':
      return <parts.Documents customer={who} />;
    case 'notes':
      return <Notes id={customer.id} field={field} />;
    default:
      return (
        <Overview
          customer={customer}
          tasks={customer.open_tasks > 0 && <parts.Tasks customer={who} brief />}
        />
      );
  }
}

/** Calls are what the timeline says they are; each is fetched when it is opened. */
function Calls({ id, Calls: List }: { id: number; Calls: CardParts['Calls'] }) {
  const query = useInfiniteQuery(timelineQuery(id, ['call']));
  if (query.isError && !query.data)
    return <Failure error={query.error} onRetry={() => void query.refetch()} />;
  return (
    <>
      <List calls={query.data?.pages.flatMap((page) => page.items)} />
      <More query={query} />
    </>
  );
}

function useDelete(customer: Customer) {
  const { t } = useLocale();
  const navigate = useNavigate();
  const toast = useToast();
  const errorText = useErrorText();
  const remove = useRemoveCustomer();
  const failed = (error: unknown) => toast.show({ tone: 'bad', text: errorText(error) });
  return () =>
    // The card is left first: it would ask again for what is no more.
    void navigate({ to: '/customers' })
      .then(() => remove.mutateAsync({ id: customer.id }))
      .then(() => {
        toast.show({
          text: t('customers.deletedOne', { name: customer.name || t('customers.nameless') }),
          undo: () =>
            void remove
              .mutateAsync({ id: customer.id, back: true })
              .then(() =>
                navigate({ to: '/customers/$customerId', params: { customerId: String(customer.id) } }),
              )
              .catch(failed),
        });
      })
      .catch(failed);
}
