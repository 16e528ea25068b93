/** The loudest sample of each of `count` slices, 0 to 1, raised so that quiet speech can be seen. */
export function peaks(samples: Float32Array, count: number): number[] {
  const size = Math.max(1, samples.length / count);
  let loudest = 0;
  const found = Array.from({ length: count }, (_, index) => {
    let peak = 0;
    const end = Math.min(samples.length, Math.floor((index + 1) * size));
    for (let i = Math.floor(index * size); i < end; i += 1) peak = Math.max(peak, Math.abs(samples[i] ?? 0));
    loudest = Math.max(loudest, peak);
    return peak;
  });
  return loudest === 0 ? found : found.map((peak) => Math.sqrt(peak / loudest));
}
