export interface SpokenWord {
  text: string;
  /** Seconds from the beginning of the sound. */
  at: number;
}

/**
 * About when each word of a transcript was said. Transcribers here give no times of words, so speech is taken as even: a
 * word begins where its share of the letters does. Words are short and a turn is one breath, which makes it good enough to
 * find a place by; the waveform shows the truth beside it.
 */
export function spokenWords(text: string, durationS: number): SpokenWord[] {
  const words = text.split(/\s+/).filter(Boolean);
  const letters = words.reduce((sum, word) => sum + word.length + 1, 0);
  let before = 0;
  return words.map((word) => {
    const at = letters > 0 ? (before / letters) * durationS : 0;
    before += word.length + 1;
    return { text: word, at: Math.round(at * 100) / 100 };
  });
}
