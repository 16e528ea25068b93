import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useEffectEvent, useRef } from 'react';
import type { Due } from '@/shared/hints/frames';
import { say } from '@/shared/hints/socket';
import { useNews } from '@/shared/hints/use-news';
import { setRinging } from '@/shared/ui/title';
import { ringingQuery, takeNews } from '../api/ringing';
import { DueModal } from './due-modal';
import { ringOnce } from '@/shared/audio/tone';

const none: readonly Due[] = [];

/** In the frame of every page: what rings is shown over everything, told to the engine, sounded, and counted in the title. */
export function DueHost() {
  const client = useQueryClient();
  const { data: ringing = none } = useQuery(ringingQuery);
  useNews((news) => takeNews(client, news));
  useShown(ringing);
  useSound(ringing);
  const count = ringing.length;
  useEffect(() => {
    setRinging(count);
    return () => setRinging(0);
  }, [count]);
  return count > 0 ? <DueModal ringing={ringing} /> : null;
}

const ring = (one: Due) => `${one.reminder_id}:${one.rings}`;

/** The engine need not reach for the phone while somebody looks at the page; said once for each ring. */
function useShown(ringing: readonly Due[]) {
  const said = useRef(new Set<string>());
  const tell = useEffectEvent(() => {
    if (document.visibilityState !== 'visible') return;
    const fresh = ringing.filter((one) => !said.current.has(ring(one))).slice(0, 100);
    if (fresh.length === 0 || !say({ type: 'shown', reminders: fresh.map((one) => one.reminder_id) })) return;
    for (const one of fresh) said.current.add(ring(one));
  });
  useEffect(() => tell(), [ringing]);
  useEffect(() => {
    const look = () => tell();
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, []);
}

function useSound(ringing: readonly Due[]) {
  const heard = useRef(new Set<string>());
  useEffect(() => {
    const fresh = ringing.filter((one) => !heard.current.has(ring(one)));
    for (const one of fresh) heard.current.add(ring(one));
    const first = fresh[0];
    if (first) ringOnce(ring(first));
  }, [ringing]);
}
