/** A short tone made here, two notes, so that nothing need be loaded; silent where the person wants silence. */
const KEY = 'al.sound';
const listeners = new Set<() => void>();

export const sound = {
  on(): boolean {
    try {
      return localStorage.getItem(KEY) !== 'off';
    } catch {
      return true;
    }
  },
  set(on: boolean) {
    try {
      if (on) localStorage.removeItem(KEY);
      else localStorage.setItem(KEY, 'off');
    } catch {
      // Then it stays on.
    }
    for (const listener of listeners) listener();
  },
  subscribe(listener: () => void) {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};

let context: AudioContext | null = null;

/** Plays it now. A browser lets a page sound only after it was touched; before, it is not even asked. */
export function playTone() {
  if (typeof AudioContext === 'undefined' || !navigator.userActivation.hasBeenActive) return;
  context ??= new AudioContext();
  void context.resume().then(() => context && notes(context));
}

function notes(audio: AudioContext) {
  for (const [index, hertz] of [659.3, 880].entries()) {
    const from = audio.currentTime + index * 0.18;
    const wave = audio.createOscillator();
    const loudness = audio.createGain();
    wave.frequency.value = hertz;
    loudness.gain.setValueAtTime(0.0001, from);
    loudness.gain.exponentialRampToValueAtTime(0.2, from + 0.02);
    loudness.gain.exponentialRampToValueAtTime(0.0001, from + 0.4);
    wave.connect(loudness).connect(audio.destination);
    wave.start(from);
    wave.stop(from + 0.42);
  }
}

/** Of all tabs that hear of a ring, one sounds: the first to hold its name for a while. */
export function ringOnce(name: string) {
  if (!sound.on()) return;
  if (!('locks' in navigator)) {
    playTone();
    return;
  }
  void navigator.locks.request(`al.ring.${name}`, { ifAvailable: true }, async (lock) => {
    if (!lock) return;
    playTone();
    await new Promise((resolve) => window.setTimeout(resolve, 3000));
  });
}
