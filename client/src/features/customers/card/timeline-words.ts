import type { TimelineItem } from '@/shared/api/types';
import { isKey, type Translate } from '@/shared/i18n/translate';
import type { NameOf } from '@/shared/people/use-names';
import { sourceText } from '../source-text';

/** A text of an entry's facts, or nothing: what is there depends on the kind, and on the engine that wrote it. */
export function fact(item: TimelineItem, name: string): string | undefined {
  const value = item.meta[name];
  return typeof value === 'string' && value ? value : typeof value === 'number' ? String(value) : undefined;
}

/** Days in which a merge can be taken apart. */
const MERGE_DAYS = 30;

/** The merge that an entry tells of and that can still be taken apart; what was undone has an entry of its own, above it. */
export function openMerge(item: TimelineItem, all: readonly TimelineItem[], now: number): number | null {
  const merge = Number(fact(item, 'merge_id'));
  if (item.kind !== 'merged' || fact(item, 'event') !== 'merged' || !Number.isSafeInteger(merge)) return null;
  const undone = all.some(
    (one) => one.kind === 'merged' && one.meta.event === 'undone' && one.meta.merge_id === merge,
  );
  return !undone && now - Date.parse(item.ts) < MERGE_DAYS * 86_400_000 ? merge : null;
}

/** What happened, in the reader's language: people's words stay theirs, the engine's are translated. */
export function entryText(item: TimelineItem, t: Translate, nameOf: NameOf): string {
  switch (item.kind) {
    case 'created': {
      const source = fact(item, 'source');
      return source
        ? t('customers.event.createdBy', { source: sourceText(t, source) })
        : t('customers.event.created');
    }
    case 'status':
      return changeText(item, t, nameOf);
    case 'task': {
      const key = `customers.event.task.${fact(item, 'event') ?? 'created'}`;
      return isKey(key) ? t(key, { title: item.title }) : item.title;
    }
    case 'call': {
      const outcome = `outgoing.outcome.${fact(item, 'outcome') ?? ''}`;
      if (fact(item, 'direction') === 'outbound' && isKey(outcome))
        return t('outgoing.event', { outcome: t(outcome) });
      return item.title || t('customers.event.call');
    }
    case 'whatsapp':
      return item.title || t('customers.kind.whatsapp');
    case 'document': {
      const key = `customers.event.document.${fact(item, 'event') ?? ''}`;
      return isKey(key) ? t(key, { title: item.title }) : item.title;
    }
    case 'merged':
      if (fact(item, 'event') === 'undone') return t('customers.event.unmerged');
      return item.title ? t('customers.event.mergedWith', { name: item.title }) : t('customers.event.merged');
    default:
      return item.title;
  }
}

function changeText(item: TimelineItem, t: Translate, nameOf: NameOf): string {
  const field = fact(item, 'field');
  if (field === 'deleted')
    return t(item.meta.to === true ? 'customers.event.deleted' : 'customers.event.restored');
  if (field === 'assignee') {
    const to = Number(fact(item, 'to') ?? 0);
    return t('customers.event.to', {
      what: t('customers.assignee'),
      to: to === 0 ? t('customers.nobodys') : (nameOf(to) ?? '–'),
    });
  }
  const to = fact(item, 'to');
  if (!to || (field !== 'stage' && field !== 'status')) return item.title;
  const word = (value: string) => {
    const key = `customers.${field}.${value}`;
    return isKey(key) ? t(key) : value;
  };
  const from = fact(item, 'from');
  const what = t(`customers.${field}`);
  return from
    ? t('customers.event.fromTo', { what, from: word(from), to: word(to) })
    : t('customers.event.to', { what, to: word(to) });
}
