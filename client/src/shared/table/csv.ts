/** What a spreadsheet would take for a formula begins with one of these; an apostrophe before it makes it a text. */
const RISKY = /^[=+\-@\t\r\n\0]/;
/** A phone number or a negative number is no formula. */
const NUMBER = /^[+-]\d+(\.\d+)?$/;

function cell(value: string | number | null | undefined): string {
  const text = value === null || value === undefined ? '' : String(value);
  const safe = RISKY.test(text) && !NUMBER.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** RFC 4180 with a byte order mark, without which a spreadsheet reads Hebrew as something else. */
export function csv(
  head: readonly string[],
  rows: readonly (readonly (string | number | null | undefined)[])[],
): string {
  return '\ufeff' + [head, ...rows].map((row) => row.map(cell).join(',') + '\r\n').join('');
}

export function download(name: string, blob: Blob) {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
