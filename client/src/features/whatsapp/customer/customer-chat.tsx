import { useInfiniteQuery } from '@tanstack/react-query';
import { MessageCirclePlus } from 'lucide-react';
import { useState } from 'react';
import type { PickedCustomer } from '@/shared/customers/customer-picker';
import { phone } from '@/shared/format/phone';
import { useLocale } from '@/shared/i18n/use-locale';
import { useErrorText } from '@/shared/api/use-error-text';
import { useMe } from '@/shared/session/me';
import { FilterSelect } from '@/shared/table/filter';
import { Button } from '@/shared/ui/button';
import { Empty } from '@/shared/ui/empty';
import { Failure, FeatureOff } from '@/shared/ui/failure';
import { SkeletonLines } from '@/shared/ui/skeleton';
import { useToast } from '@/shared/ui/use-toast';
import { conversationsQuery, useStart } from '../api/conversations';
import { Chat } from '../chat/chat';
import styles from './customer-chat.module.css';

/** The chat in the card: the newest conversation, another where there are several numbers, or the way to begin one. */
export function CustomerChat({ customer }: { customer: PickedCustomer }) {
  const me = useMe();
  return me.has('whatsapp') ? <Chats customer={customer} /> : <FeatureOff feature="whatsapp" />;
}

function Chats({ customer }: { customer: PickedCustomer }) {
  const { t } = useLocale();
  const toast = useToast();
  const errorText = useErrorText();
  const query = useInfiniteQuery(conversationsQuery({ customer: customer.id }));
  const start = useStart();
  const [chosen, setChosen] = useState<number | null>(null);
  if (!query.data)
    return query.isError ? (
      <Failure error={query.error} onRetry={() => void query.refetch()} />
    ) : (
      <SkeletonLines lines={8} />
    );
  const all = query.data.pages.flatMap((page) => page.results);
  const current = all.find((one) => one.id === chosen) ?? all[0];
  if (!current)
    return (
      <Empty
        icon={MessageCirclePlus}
        title={t('whatsapp.noMessages')}
        text={t('whatsapp.newText')}
        action={
          <Button
            look="primary"
            busy={start.isPending}
            onClick={() =>
              start.mutate(customer.id, {
                onError: (error) => toast.show({ tone: 'bad', text: errorText(error) }),
              })
            }
          >
            {t('whatsapp.new')}
          </Button>
        }
      />
    );
  return (
    <div className={styles.card}>
      {all.length > 1 && (
        <div>
          <FilterSelect
            label={t('whatsapp.via')}
            value={String(current.id)}
            onChange={(next) => setChosen(next ? Number(next) : null)}
          >
            {all.map((one) => (
              <option key={one.id} value={one.id}>
                {t('whatsapp.via')} {phone(one.channel.number)}
              </option>
            ))}
          </FilterSelect>
        </div>
      )}
      <div className={styles.chat}>
        <Chat id={current.id} ofCard />
      </div>
    </div>
  );
}
