// Something with the rhythm of speech: syllables of a low voice, and pauses between words. 8 kHz mono WAV.
export function speechlike(seconds) {
  const rate = 8000;
  const count = Math.round(rate * seconds);
  const data = Buffer.alloc(44 + count * 2);
  data.write('RIFF', 0);
  data.writeUInt32LE(36 + count * 2, 4);
  data.write('WAVEfmt ', 8);
  data.writeUInt32LE(16, 16);
  data.writeUInt16LE(1, 20);
  data.writeUInt16LE(1, 22);
  data.writeUInt32LE(rate, 24);
  data.writeUInt32LE(rate * 2, 28);
  data.writeUInt16LE(2, 32);
  data.writeUInt16LE(16, 34);
  data.write('data', 36);
  data.writeUInt32LE(count * 2, 40);
  for (let i = 0; i < count; i += 1) {
    const t = i / rate;
    const word = Math.sin(t * 2.1) + Math.sin(t * 3.7 + 1) > -0.5 ? 1 : 0.02;
    const syllable = Math.abs(Math.sin(t * 11)) ** 1.6 * (0.55 + 0.45 * Math.sin(t * 1.3 + seconds));
    const voice =
      Math.sin(t * 2 * Math.PI * 140) +
      0.5 * Math.sin(t * 2 * Math.PI * 280) +
      0.3 * Math.sin(t * 2 * Math.PI * 560);
    data.writeInt16LE(Math.round(voice * syllable * word * 9000), 44 + i * 2);
  }
  return data;
}
