import { EDGE_AFTER, EDGE_BEFORE } from './vocabulary';

/** Marks of vowels and of direction, which the eye passes over. */
const UNSEEN = /[\u0591-\u05bd\u05bf-\u05c7\u200e\u200f\u202a-\u202e\u2066-\u2069]/;
const SAME: Readonly<Record<string, string>> = {
  '\u05be': '-',
  '\u2013': '-',
  '\u2014': '-',
  '\u05f3': "'",
  '\u2019': "'",
  '\u05f4': '"',
  '\u201d': '"',
  '\u00a0': ' ',
};
const TAKEN = '\u0001';

/** A text that is read piece by piece: what was understood is taken out of it, what is left is the title. */
export class Reading {
  private plain = '';
  private readonly at: number[] = [];
  private readonly taken: boolean[];

  constructor(private readonly text: string) {
    for (let index = 0; index < text.length; index += 1) {
      const letter = text[index] ?? '';
      if (UNSEEN.test(letter)) continue;
      const lower = letter.toLowerCase();
      this.plain += SAME[letter] ?? (lower.length === 1 ? lower : letter);
      this.at.push(index);
    }
    this.taken = Array.from({ length: text.length }, () => false);
  }

  /** Takes the first place where this stands as words of their own. */
  take(pattern: string): RegExpExecArray | null {
    const found = new RegExp(`${EDGE_BEFORE}(?:${pattern})${EDGE_AFTER}`, 'u').exec(this.plain);
    if (!found) return null;
    const end = found.index + found[0].length;
    const last = this.at[end] ?? this.text.length;
    for (let index = this.at[found.index] ?? 0; index < last; index += 1) this.taken[index] = true;
    this.plain = this.plain.slice(0, found.index) + TAKEN.repeat(found[0].length) + this.plain.slice(end);
    return found;
  }

  rest(): string {
    return [...this.text]
      .map((letter, index) => (this.taken[index] ? ' ' : letter))
      .join('')
      .replace(/\s+/g, ' ')
      .replace(/^[\s,.;:\-–]+|[\s,;:\-–]+$/g, '');
  }
}
