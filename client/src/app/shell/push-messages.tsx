import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { canPush, keepWorker } from '@/shared/push/push';

/** What the worker says to the page that is open: something rings, or something is to be shown. */
export function PushMessages() {
  const client = useQueryClient();
  const router = useRouter();
  useEffect(() => {
    if (!canPush()) return;
    // Without the worker there are no pushes, and everything else as ever.
    void keepWorker().catch(() => undefined);
    const { serviceWorker } = navigator;
    const listener = ({ data }: MessageEvent<{ type?: string; path?: string }>) => {
      void client.invalidateQueries({ queryKey: ['reminders'] });
      const { path } = data;
      if (data.type === 'open' && path && /^\/(?![/\\])/.test(path)) router.history.push(path);
    };
    serviceWorker.addEventListener('message', listener);
    return () => serviceWorker.removeEventListener('message', listener);
  }, [client, router]);
  return null;
}
