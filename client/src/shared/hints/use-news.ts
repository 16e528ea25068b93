import { useEffect, useRef } from 'react';
import { onNews, type News } from './socket';

/** Hears the engine's news while it is on the page. */
export function useNews(listener: (news: News) => void) {
  const current = useRef(listener);
  useEffect(() => {
    current.current = listener;
  });
  useEffect(() => onNews((news) => current.current(news)), []);
}
