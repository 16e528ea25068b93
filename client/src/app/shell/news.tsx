import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { lookAgain } from '@/shared/hints/look-again';
import { openSocket } from '@/shared/hints/socket';
import { useNews } from '@/shared/hints/use-news';

/** While the frame is open: what the engine's news name is stale, and the cache asks for what is in sight. */
export function News() {
  const client = useQueryClient();
  const stale = (...queryKey: string[]) => lookAgain(client, queryKey);
  useNews((news) => {
    if (news.kind === 'stale') {
      // What a page has just loaded, it need not load twice, but for what moves by itself.
      for (const subject of news.first ? ['calls', 'tasks', 'reminders', 'customers', 'whatsapp'] : [])
        stale(subject);
      if (!news.first) lookAgain(client);
    } else if (news.kind === 'told') {
      stale('tasks');
      if (news.event === 'task:digest') stale('reminders');
    } else if (news.what === 'calls') {
      stale('calls', 'live');
      stale('calls', 'list');
      if (news.id) stale('calls', 'one', news.id);
    } else if (news.what === 'customers') {
      // What is signed or paid is told as news of whom it is about.
      stale('documents');
      // Of many that changed at once none is named.
      if (!news.id) stale('customers');
      else {
        stale('customers', 'list');
        stale('customers', 'one', news.id);
      }
    } else if (news.what.startsWith('whatsapp:')) {
      stale('whatsapp', 'list');
      if (news.id) stale('whatsapp', 'one', news.id);
      else stale('whatsapp', 'one');
    } else {
      stale(news.what);
    }
  });
  useEffect(() => openSocket(), []);
  return null;
}
