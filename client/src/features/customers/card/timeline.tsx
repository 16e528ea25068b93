import { useInfiniteQuery } from '@tanstack/react-query';
import { History } from 'lucide-react';
import { useState } from 'react';
import type { TimelineItem, TimelineKind } from '@/shared/api/types';
import { useLocale } from '@/shared/i18n/use-locale';
import { wallOf } from '@/shared/time/zone';
import { Empty } from '@/shared/ui/empty';
import { Failure } from '@/shared/ui/failure';
import { More } from '@/shared/ui/more';
import { SkeletonLines } from '@/shared/ui/skeleton';
import { timelineQuery } from '../api/timeline';
import { timelineKinds } from '../words';
import styles from './timeline.module.css';
import { TimelineEntry } from './timeline-entry';
import { openMerge } from './timeline-words';

/** Everything that happened, newest first, day by day; it grows as it is scrolled. */
export function Timeline({ id }: { id: number }) {
  const { t } = useLocale();
  const [types, setTypes] = useState<readonly TimelineKind[]>([]);
  const toggle = (kind: TimelineKind) =>
    setTypes((now) => (now.includes(kind) ? now.filter((one) => one !== kind) : [...now, kind]));
  return (
    <section aria-label={t('customers.tab.timeline')} className={styles.section}>
      <h2 className="hidden-visually">{t('customers.tab.timeline')}</h2>
      <div className={styles.kinds} role="group" aria-label={t('table.filters')}>
        <button type="button" aria-pressed={types.length === 0} onClick={() => setTypes([])}>
          {t('table.all')}
        </button>
        {timelineKinds.map((kind) => (
          <button key={kind} type="button" aria-pressed={types.includes(kind)} onClick={() => toggle(kind)}>
            {t(`customers.kind.${kind}`)}
          </button>
        ))}
      </div>
      <Entries id={id} types={types} onClear={() => setTypes([])} />
    </section>
  );
}

interface EntriesProps {
  id: number;
  types: readonly TimelineKind[];
  onClear: () => void;
}

function Entries({ id, types, onClear }: EntriesProps) {
  const { t } = useLocale();
  // One order of the kinds, whatever the order in which they were pressed: one answer is kept for each choice.
  const query = useInfiniteQuery(timelineQuery(id, types.toSorted()));
  if (query.isError && !query.data)
    return <Failure error={query.error} onRetry={() => void query.refetch()} />;
  if (!query.data) return <SkeletonLines lines={8} />;
  const items = query.data.pages.flatMap((page) => page.items);
  if (items.length === 0)
    return (
      <Empty
        icon={History}
        title={t('customers.timelineEmpty')}
        text={t('customers.timelineEmptyText')}
        action={
          types.length > 0 && (
            <button type="button" className={styles.clear} onClick={onClear}>
              {t('table.clear')}
            </button>
          )
        }
      />
    );
  return (
    <>
      <EntryList items={items} />
      <More query={query} />
    </>
  );
}

/** Entries under the days on which they happened, by the business's calendar. */
export function EntryList({ items }: { items: readonly TimelineItem[] }) {
  const { format, timeZone } = useLocale();
  const [now] = useState(Date.now);
  const days: { day: string; items: TimelineItem[] }[] = [];
  for (const item of items) {
    const { day } = wallOf(Date.parse(item.ts), timeZone);
    const last = days.at(-1);
    if (last?.day === day) last.items.push(item);
    else days.push({ day, items: [item] });
  }
  return (
    <div className={styles.days}>
      {days.map(({ day, items: those }) => (
        <div key={day}>
          <h3 className={styles.day}>{format.day(day)}</h3>
          <ol className={styles.entries}>
            {those.map((item) => (
              <TimelineEntry key={item.id} item={item} merge={openMerge(item, items, now)} />
            ))}
          </ol>
        </div>
      ))}
    </div>
  );
}
