/** Days of a filter as the moments that the engine asks for: from the first second of one, until before the day after the other. */
export function dayBounds(
  search: { from?: string | undefined; to?: string | undefined },
  timeZone: string,
): { from: string | undefined; to: string | undefined } {
  return {
    from: search.from && midnight(search.from, timeZone),
    to: search.to && midnight(dayAfter(search.to), timeZone),
  };
}

function dayAfter(day: string): string {
  const next = new Date(`${day}T00:00:00Z`);
  next.setUTCDate(next.getUTCDate() + 1);
  return next.toISOString().slice(0, 10);
}

/** Midnight of a day in a zone. The zone's offset is read twice, because the first guess may lie across a clock change. */
function midnight(day: string, timeZone: string): string {
  const wall = Date.parse(`${day}T00:00:00Z`);
  let at = wall - offset(wall, timeZone);
  at = wall - offset(at, timeZone);
  return new Date(at).toISOString();
}

function offset(at: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(at);
  const part = (type: string) => Number(parts.find((one) => one.type === type)?.value);
  return (
    Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second')) - at
  );
}
