/** One sound at a time: who begins to play silences whoever was playing. */
let current: HTMLAudioElement | null = null;

export function began(element: HTMLAudioElement) {
  if (current && current !== element) current.pause();
  current = element;
}

const KEY = 'al.speed';
export const SPEEDS = [0.75, 1, 1.25, 1.5, 2] as const;

export function storedSpeed(): number {
  try {
    const value = Number(localStorage.getItem(KEY));
    return SPEEDS.find((speed) => speed === value) ?? 1;
  } catch {
    return 1;
  }
}

export function storeSpeed(speed: number) {
  try {
    localStorage.setItem(KEY, String(speed));
  } catch {
    // Then the next player begins at the usual speed.
  }
}
