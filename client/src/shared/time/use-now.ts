import { useEffect, useState } from 'react';

/** The time, told again every `ms`, while somebody can see the page. */
export function useNow(ms: number): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = window.setInterval(() => {
      if (document.visibilityState === 'visible') setNow(Date.now());
    }, ms);
    return () => window.clearInterval(timer);
  }, [ms]);
  return now;
}
