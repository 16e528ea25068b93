import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import { useEffect, useEffectEvent, useRef } from 'react';
import { useLocale } from '../i18n/use-locale';
import { Button } from './button';
import styles from './more.module.css';

/** The end of what is there: in sight, it fetches what comes after; a button for who does not scroll. */
export function More({
  query,
  text,
}: {
  query: UseInfiniteQueryResult<InfiniteData<unknown>>;
  text?: string;
}) {
  const { t } = useLocale();
  const end = useRef<HTMLDivElement>(null);
  const more = useEffectEvent(() => {
    if (!query.isFetching) void query.fetchNextPage();
  });
  const { hasNextPage } = query;
  useEffect(() => {
    if (!end.current || !hasNextPage) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) more();
      },
      { rootMargin: '600px' },
    );
    observer.observe(end.current);
    return () => observer.disconnect();
  }, [hasNextPage]);
  if (!hasNextPage) return null;
  return (
    <div ref={end} className={styles.more}>
      <Button look="quiet" busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
        {text ?? t('customers.older')}
      </Button>
    </div>
  );
}
