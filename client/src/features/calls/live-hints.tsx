import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { openHints } from '@/shared/hints/socket';

/** While the frame is open: a hint from the engine makes what it names stale, and the cache asks again. */
export function LiveHints() {
  const client = useQueryClient();
  useEffect(
    () =>
      openHints((hint) => {
        if (!hint.type.startsWith('call:')) return;
        void client.invalidateQueries({ queryKey: ['calls', 'live'] });
        const id = hint.data?.id;
        if (id) void client.invalidateQueries({ queryKey: ['calls', 'one', id] });
        if (hint.type !== 'call:turn') void client.invalidateQueries({ queryKey: ['calls', 'list'] });
      }),
    [client],
  );
  return null;
}
