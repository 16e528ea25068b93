/** +972501234567 → 050-123-4567; what is not Israeli stays as it is. Read left to right, always. */
export function phone(e164: string): string {
  const mobile = /^\+972(5\d|7\d)(\d{3})(\d{4})$/.exec(e164);
  if (mobile) return `0${mobile[1]}-${mobile[2]}-${mobile[3]}`;
  const land = /^\+972([23489])(\d{3})(\d{4})$/.exec(e164);
  if (land) return `0${land[1]}-${land[2]}-${land[3]}`;
  return e164;
}

/** The way back: what a person types, as E.164, or null when it is no number. */
export function e164(typed: string): string | null {
  const bare = typed.replace(/[\s\-().\u200e\u200f]/g, '').replace(/^00/, '+');
  if (/^\+\d{8,15}$/.test(bare)) return bare.replace(/^\+9720/, '+972');
  if (/^0\d{8,9}$/.test(bare)) return `+972${bare.slice(1)}`;
  if (/^972\d{8,9}$/.test(bare)) return `+${bare}`;
  return null;
}
